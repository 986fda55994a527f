namespace Parley.Rtc;

/// <summary>
/// Events with their payload bytes, first in, first out. Bytes go into one arena that starts over whenever the queue was
/// emptied, which the contract (poll until nothing is left) makes the rule; then its memory goes back to the
/// <see cref="BufferPool"/>. A full queue refuses. Not thread-safe.
/// </summary>
internal sealed class AudioEventQueue
{
    private const int Capacity = 64;
    private const int FirstSlots = 2;
    private const int MaxArenaLength = 16 * 1024;

    private Entry[] _entries = [];
    private byte[] _arena = [];
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
        if (_tail == Capacity || payload.Length > MaxArenaLength - _used) return false;
        if (_tail == _entries.Length) Array.Resize(ref _entries, Math.Max(FirstSlots, 2 * _tail));
        if (_used + payload.Length > _arena.Length) GrowArena(_used + payload.Length);
        payload.CopyTo(_arena.AsSpan(_used));
        _entries[_tail++] = new Entry(e with { PayloadLength = payload.Length }, _used);
        _used += payload.Length;
        return true;
    }

    public bool TryDequeue(out PeerEvent e)
    {
        if (IsEmpty)
        {
            Release();
            e = default;
            return false;
        }
        ref readonly var entry = ref _entries[_head++];
        e = entry.Event;
        _readOffset = entry.Offset;
        _readLength = e.PayloadLength;
        return true;
    }

    /// <summary>Copies the payload of the event last dequeued; returns its length.</summary>
    public int ReadPayload(Span<byte> destination)
    {
        _arena.AsSpan(_readOffset, _readLength).CopyTo(destination);
        return _readLength;
    }

    /// <summary>Fetches the first entries. (<see cref="CacheHint"/>)</summary>
    public void Anticipate() => CacheHint.Prefetch(_entries, 128);

    private void GrowArena(int needed)
    {
        var larger = BufferPool.Rent(needed);
        _arena.AsSpan(0, _used).CopyTo(larger);
        BufferPool.Return(_arena);
        _arena = larger;
    }

    private void Release()
    {
        if (_arena.Length == 0) return;
        BufferPool.Return(_arena);
        _arena = [];
        _readOffset = _readLength = 0;
    }

    private readonly record struct Entry(PeerEvent Event, int Offset);
}
