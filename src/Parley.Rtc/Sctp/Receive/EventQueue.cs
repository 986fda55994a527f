namespace Parley.Rtc.Sctp.Receive;

/// <summary>Events in the order in which they happened, and the bytes of the messages among them until they are read.</summary>
internal sealed class EventQueue(BlockArena arena)
{
    private readonly Queue<(SctpEvent Event, BlockChain Payload)> _queue = [];
    private BlockChain _polled = BlockChain.Empty;

    /// <summary>Messages that the application has neither read nor passed over.</summary>
    public int UnreadMessages { get; private set; }

    public int Count => _queue.Count;

    public void Add(in SctpEvent sctpEvent) => _queue.Enqueue((sctpEvent, BlockChain.Empty));

    public void Add(in CompleteMessage message)
    {
        UnreadMessages++;
        var received = new SctpEvent(SctpEventKind.MessageReceived, message.StreamId, message.PayloadProtocol, message.Payload.Length);
        _queue.Enqueue((received, message.Payload));
    }

    public bool TryPoll(out SctpEvent sctpEvent)
    {
        Release();
        sctpEvent = default;
        if (!_queue.TryDequeue(out var next)) return false;
        (sctpEvent, _polled) = next;
        return true;
    }

    public int ReadPayload(Span<byte> destination)
    {
        var length = _polled.Length;
        if (length == 0) return 0;
        if (destination.Length < length) throw new ArgumentException("The span is shorter than the message.", nameof(destination));
        arena.CopyTo(_polled, destination);
        Release();
        return length;
    }

    private void Release()
    {
        if (_polled.Length == 0) return;
        UnreadMessages--;
        arena.Free(_polled);
        _polled = BlockChain.Empty;
    }
}
