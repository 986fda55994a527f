namespace Parley.Rtc;

/// <summary>
/// Events with their payload bytes, first in, first out. Bytes go into one arena that starts over whenever the queue was
/// emptied, which the contract (poll until nothing is left) makes the rule. A full queue refuses. Not thread-safe.
/// </summary>
internal sealed class AudioEventQueue
{
    private const int Capacity = 64;
    private const int ArenaLength = 16 * 1024;

    private readonly PeerEvent[] _events = new PeerEvent[Capacity];
    private readonly int[] _offsets = new int[Capacity];
    private readonly byte[] _arena = new byte[ArenaLength];
    private int _head;
    private int _tail;
    private int _used;
    private int _readOffset;
    private int _readLength;

    public bool IsEmpty => _head == _tail;

    /// <summary>Queues an event with <paramref name="payload"/>, whose length becomes the event's.</summary>
    public bool TryEnqueue(in PeerEvent e, ReadOnlySpan<byte> payload)
    {
        if (IsEmpty) _head = _tail = _used = 0;
        if (_tail == Capacity || payload.Length > ArenaLength - _used) return false;
        payload.CopyTo(_arena.AsSpan(_used));
        _offsets[_tail] = _used;
        _events[_tail++] = e with { PayloadLength = payload.Length };
        _used += payload.Length;
        return true;
    }

    public bool TryDequeue(out PeerEvent e)
    {
        if (IsEmpty)
        {
            e = default;
            return false;
        }
        e = _events[_head];
        _readOffset = _offsets[_head++];
        _readLength = e.PayloadLength;
        return true;
    }

    /// <summary>Copies the payload of the event last dequeued; returns its length.</summary>
    public int ReadPayload(Span<byte> destination)
    {
        _arena.AsSpan(_readOffset, _readLength).CopyTo(destination);
        return _readLength;
    }
}
