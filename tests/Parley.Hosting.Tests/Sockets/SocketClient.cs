using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>A client of the Realtime API on a WebSocket. Nothing here waits longer than <see cref="Hang"/>: what hangs fails, and says where.</summary>
internal sealed class SocketClient(ClientWebSocket socket) : IDisposable
{
    public static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    private readonly byte[] _buffer = new byte[1 << 20];
    private readonly List<string> _types = [];

    public ClientWebSocket Socket => socket;

    /// <summary>The types of all events so far.</summary>
    public IReadOnlyList<string> Types => _types;

    public static async Task<SocketClient> ConnectAsync(Uri url, string? key, params string[] protocols)
    {
        var socket = new ClientWebSocket();
        if (key is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        foreach (var protocol in protocols) socket.Options.AddSubProtocol(protocol);
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(url, TestContext.Current.CancellationToken).WaitAsync(Hang);
        return new SocketClient(socket);
    }

    public Task SendAsync(string json) => SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, true);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type, bool endOfMessage) =>
        socket.SendAsync(bytes, type, endOfMessage, TestContext.Current.CancellationToken).WaitAsync(Hang);

    public Task AppendAsync(byte[] audio) => SendAsync($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(audio)}}"}""");

    /// <summary>The next event; null: the connection was closed, or broke.</summary>
    public async Task<JsonElement?> ReceiveAsync()
    {
        using var message = new MemoryStream();
        while (true)
        {
            WebSocketReceiveResult part;
            try
            {
                part = await socket.ReceiveAsync(_buffer, TestContext.Current.CancellationToken).WaitAsync(Hang);
            }
            catch (WebSocketException)
            {
                return null;
            }
            if (part.MessageType == WebSocketMessageType.Close) return null;
            message.Write(_buffer, 0, part.Count);
            if (!part.EndOfMessage) continue;
            using var document = JsonDocument.Parse(message.GetBuffer().AsMemory(0, (int)message.Length));
            var json = document.RootElement.Clone();
            _types.Add(json.GetProperty("type").GetString()!);
            return json;
        }
    }

    /// <summary>Receives up to the next event of this type.</summary>
    public async Task<JsonElement> UntilAsync(string type)
    {
        while (await ReceiveAsync() is { } json)
            if (json.GetProperty("type").GetString() == type) return json;
        throw new InvalidOperationException($"The connection ended ({socket.CloseStatus}, {socket.CloseStatusDescription}) before {type}; there were: {string.Join(", ", _types)}.");
    }

    /// <summary>Receives to the end, which must be a close frame, and answers it.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Description)> UntilClosedAsync()
    {
        while (await ReceiveAsync() is not null) { }
        if (socket.State == WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken).WaitAsync(Hang);
        return (socket.CloseStatus, socket.CloseStatusDescription);
    }

    /// <summary>Says goodbye and waits for the server's.</summary>
    public async Task CloseAsync()
    {
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken).WaitAsync(Hang);
        await UntilClosedAsync();
    }

    public void Dispose() => socket.Dispose();
}
