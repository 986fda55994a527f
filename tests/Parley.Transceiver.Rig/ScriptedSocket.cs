using System.Net.WebSockets;
using System.Text;

namespace Parley.Transceiver.Rig;

/// <summary>The server's end of a WebSocket whose client is a test. Single-threaded: what is awaited here goes on where it began.</summary>
internal sealed class ScriptedSocket : WebSocket
{
    private readonly Queue<(WebSocketMessageType Type, byte[] Bytes, bool EndOfMessage)> _incoming = new();
    private readonly List<CallerEvent> _events = [];
    private TaskCompletionSource _arrival = new();
    private TaskCompletionSource? _blockedSend;
    private (WebSocketMessageType Type, byte[] Bytes, bool EndOfMessage)? _reading;
    private int _read;
    private WebSocketState _state = WebSocketState.Open;
    private WebSocketCloseStatus? _closeStatus;

    /// <summary>What the client has received, in order; their instants are not known here.</summary>
    public IReadOnlyList<CallerEvent> Events => _events;

    /// <summary>The close frame that the client has received.</summary>
    public (WebSocketCloseStatus Status, string? Description)? Closed { get; private set; }

    public bool IsAborted => _state == WebSocketState.Aborted;

    /// <summary>The client's host takes no more, until it is set to false.</summary>
    public bool IsStalled
    {
        get;
        set
        {
            field = value;
            if (!value) _blockedSend?.TrySetResult();
        }
    }

    /// <summary>The client answers a close frame, as clients do.</summary>
    public bool AnswersClose { get; init; } = true;

    public override WebSocketCloseStatus? CloseStatus => _closeStatus;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => _state;

    public override string? SubProtocol => null;

    public bool Has(string type) => Count(type) > 0;

    public int Count(string type) => _events.Count(e => e.Type == type);

    public CallerEvent Last(string type) => _events.Last(e => e.Type == type);

    /// <summary>The client sends text.</summary>
    public void Send(string json) => Send(Encoding.UTF8.GetBytes(json));

    public void Send(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text, bool endOfMessage = true)
    {
        _incoming.Enqueue((type, bytes, endOfMessage));
        _arrival.TrySetResult();
    }

    /// <summary>The client sends a close frame.</summary>
    public void SendClose(WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure)
    {
        _closeStatus = status;
        Send([], WebSocketMessageType.Close);
    }

    /// <summary>The connection breaks.</summary>
    public void Break() => Abort();

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_reading is null && _incoming.Count == 0)
        {
            ThrowIfAborted();
            _arrival = new TaskCompletionSource();
            await _arrival.Task.WaitAsync(cancellationToken);
        }
        ThrowIfAborted();
        var (type, bytes, isEnd) = _reading ??= _incoming.Dequeue();
        if (type == WebSocketMessageType.Close)
        {
            _state = _state == WebSocketState.CloseSent ? WebSocketState.Closed : WebSocketState.CloseReceived;
            return new ValueWebSocketReceiveResult(0, type, true);
        }
        var take = Math.Min(buffer.Length, bytes.Length - _read);
        bytes.AsMemory(_read, take).CopyTo(buffer);
        _read += take;
        var isWhole = _read == bytes.Length;
        if (isWhole) (_reading, _read) = (null, 0);
        return new ValueWebSocketReceiveResult(take, type, isWhole && isEnd);
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        if (IsStalled)
        {
            _blockedSend = new TaskCompletionSource();
            await _blockedSend.Task;
        }
        ThrowIfAborted();
        _events.Add(CallerEvent.Parse(new Instant(0), buffer.ToArray()));
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        ThrowIfAborted();
        Closed = (closeStatus, statusDescription);
        _state = _state == WebSocketState.CloseReceived ? WebSocketState.Closed : WebSocketState.CloseSent;
        if (AnswersClose && _state == WebSocketState.CloseSent) SendClose();
        return Task.CompletedTask;
    }

    public override void Abort()
    {
        _state = WebSocketState.Aborted;
        _arrival.TrySetResult();
        _blockedSend?.TrySetResult();
    }

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override void Dispose()
    {
    }

    private void ThrowIfAborted()
    {
        if (IsAborted) throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
    }
}
