using Parley.Realtime;
using Parley.Realtime.Protocol;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver.Audience;

/// <summary>
/// Who hears a session's events and may send it some: the client that the session belongs to, and sidebands. Every event goes to all, but the
/// error that answers a faulty event goes to its sender alone. On the thread that owns the call; nobody here waits for anybody.
/// </summary>
internal sealed class SessionAudience(RealtimeSession session)
{
    /// <summary>Sidebands of one session.</summary>
    public const int MaxSidebands = 16;

    /// <summary>A client for which more than this is queued is not taking its events.</summary>
    public const int MaxQueuedBytes = 8 * 1024 * 1024;

    private static readonly RealtimeError TooSlow = RealtimeError.Invalid("client_too_slow",
        "The client does not take its events: too many are waiting for it. What was not sent is dropped.");

    private readonly Queue<ReadOnlyMemory<byte>> _events = new();

    /// <summary>Null until the first one comes: most calls have none.</summary>
    private List<Sideband>? _sidebands;
    private SocketEnd? _end;
    private bool _isOpen;

    /// <summary>Bytes of events that wait for the client.</summary>
    public int QueuedBytes { get; private set; }

    /// <summary>Events that were queued for the client, and that it has been given.</summary>
    public long QueuedCount { get; private set; }

    public long GivenCount { get; private set; }

    /// <summary>The client left so much behind that it gets no more.</summary>
    public bool IsClientTooSlow { get; private set; }

    /// <summary>The client can receive events. What sidebands wanted to say before is heard now.</summary>
    public void HandleOpened(Instant now)
    {
        if (_isOpen) return;
        Publish();
        _isOpen = true;
        session.HandleOpened(now);
        // Sidebands were greeted when they came.
        while (session.TryPollServerEvent(out var greeting)) Queue(greeting);
        if (_sidebands is null) return;
        foreach (var sideband in _sidebands.ToArray())
            if (sideband.TryTakeMessage(out var message)) Handle(message, sideband, now);
    }

    /// <summary>An event of the client.</summary>
    public void HandleClientEvent(ReadOnlySpan<byte> utf8Json, Instant now) => HandleEvent(utf8Json, sender: null, now);

    /// <summary>The sideband has come, has something to say, or has left.</summary>
    public void Handle(Sideband sideband, Instant now)
    {
        sideband.Answer();
        if (_end is not null) sideband.Complete(_end);
        if (sideband.IsGone || sideband.Outgoing.Ended.IsCompleted)
        {
            _sidebands?.Remove(sideband);
            return;
        }
        _sidebands ??= [];
        if (!_sidebands.Contains(sideband))
        {
            Publish();
            _sidebands.Add(sideband);
            sideband.Outgoing.TryAdd(session.MakeSessionCreated());
        }
        // Before the session is open its message would be lost; it waits.
        if (_isOpen && sideband.TryTakeMessage(out var message)) Handle(message, sideband, now);
    }

    /// <summary>Passes on what the session has to say; to be called after everything that may bring events.</summary>
    public void Publish() => Publish(sender: null);

    /// <summary>The next event for the client.</summary>
    public bool TryPoll(out ReadOnlyMemory<byte> utf8Json)
    {
        if (!_events.TryDequeue(out utf8Json)) return false;
        QueuedBytes -= utf8Json.Length;
        GivenCount++;
        return true;
    }

    /// <summary>The call is over: sidebands get what they have not read yet, then the end.</summary>
    public void Close(SocketEnd end)
    {
        if (_end is not null) return;
        Publish();
        _end = end;
        for (var i = 0; i < _sidebands?.Count; i++) _sidebands[i].Complete(end);
        _sidebands = null;
    }

    /// <summary>How it ends for a client that is too slow: it is told so, should it read on after all.</summary>
    public SocketEnd EndOfTooSlow() => SocketEnd.Of(CallCloseReason.ClientTooSlow) with { LastEvent = session.MakeError(TooSlow) };

    private void Handle(ReadOnlyMemory<byte> message, Sideband sender, Instant now)
    {
        HandleEvent(message.Span, sender, now);
        sender.ReleaseMessage();
    }

    private void HandleEvent(ReadOnlySpan<byte> utf8Json, Sideband? sender, Instant now)
    {
        Publish();
        session.HandleClientEvent(utf8Json, now);
        Publish(sender);
    }

    private void Publish(Sideband? sender)
    {
        while (session.TryPollServerEvent(out var json, out var isRefusal))
        {
            if (isRefusal && sender is not null)
            {
                Send(sender, json);
                continue;
            }
            Queue(json);
            if (isRefusal) continue;
            for (var i = (_sidebands?.Count ?? 0) - 1; i >= 0; i--) Send(_sidebands![i], json);
        }
    }

    private void Queue(ReadOnlyMemory<byte> json)
    {
        if (IsClientTooSlow) return;
        if (QueuedBytes > MaxQueuedBytes)
        {
            IsClientTooSlow = true;
            _events.Clear();
            QueuedBytes = 0;
            return;
        }
        _events.Enqueue(json);
        QueuedBytes += json.Length;
        QueuedCount++;
    }

    /// <summary>A sideband that does not follow leaves alone.</summary>
    private void Send(Sideband sideband, ReadOnlyMemory<byte> json)
    {
        if (sideband.Outgoing.TryAdd(json)) return;
        sideband.Complete(EndOfTooSlow());
        _sidebands?.Remove(sideband);
    }
}
