using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parley.Speech.Tests.OpenAi;

/// <summary>An HTTP/1.1 server on loopback whose every byte the test chooses, so that it can misbehave.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Request, Answer, Task> _script;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ScriptedServer(Func<Request, Answer, Task> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Answers every request with the same status and body.</summary>
    public ScriptedServer(int status, string type, string body)
        : this((_, answer) => answer.WholeAsync(status, type, Encoding.UTF8.GetBytes(body)))
    {
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    public ConcurrentQueue<Request> Requests { get; } = [];

    /// <summary>Done when the first request has arrived whole.</summary>
    public Task Asked => _asked.Task;

    /// <summary>An address where nobody listens.</summary>
    public static Uri Nowhere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            var stream = client.GetStream();
            try
            {
                var request = await ReadAsync(stream);
                Requests.Enqueue(request);
                _asked.TrySetResult();
                await _script(request, new Answer(stream, _stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The client or the test went away.
            }
        }
    }

    private async Task<Request> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0) throw new IOException("The request ended early.");
            head.Add(one[0]);
        }
        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines[1..].Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1].Trim());
        var body = new byte[int.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new Request(lines[0], headers, body);
    }

    internal sealed record Request(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        public string Text => Encoding.Latin1.GetString(Body);
    }

    internal sealed class Answer(NetworkStream stream, CancellationToken stop)
    {
        public async Task WholeAsync(int status, string type, byte[] body)
        {
            await WriteAsync($"HTTP/1.1 {status} Whatever\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
            await stream.WriteAsync(body, stop);
        }

        /// <summary>Begins a chunked body; <see cref="EndAsync"/> ends it properly, closing the connection does not.</summary>
        public Task BeginAsync(string type) =>
            WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");

        public async Task ChunkAsync(ReadOnlyMemory<byte> bytes)
        {
            await WriteAsync($"{bytes.Length:x}\r\n");
            await stream.WriteAsync(bytes, stop);
            await WriteAsync("\r\n");
        }

        public Task ChunkAsync(string text) => ChunkAsync(Encoding.UTF8.GetBytes(text));

        public Task EndAsync() => WriteAsync("0\r\n\r\n");

        /// <summary>Says nothing until the test is over.</summary>
        public Task HangAsync() => Task.Delay(Timeout.Infinite, stop);

        private Task WriteAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), stop).AsTask();
    }
}
