namespace Parley;

/// <summary>
/// A bounded first-in-first-out queue of datagrams that copies bytes into slots. A slot's memory comes from the
/// <see cref="BufferPool"/> when it is filled and goes back when it is emptied, so an empty queue holds next to nothing and a
/// steady state allocates nothing. A full queue refuses. Not thread-safe.
/// </summary>
public sealed class DatagramQueue(int capacity, int slotSize)
{
    private const int FirstSlots = 2;

    private Slot[] _slots = [];
    private int _head;

    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    /// <summary>False, and nothing is queued, when the queue is full or the payload is longer than a slot.</summary>
    public bool TryEnqueue(ReadOnlySpan<byte> payload, TransportAddress destination)
    {
        if (payload.Length > slotSize || Count == capacity) return false;
        payload.CopyTo(Tail());
        Commit(payload.Length, destination);
        return true;
    }

    /// <summary>The free slot at the tail, to be written in place and then <see cref="Commit"/>ted; empty when full.</summary>
    public Span<byte> Reserve() => Count == capacity ? default : Tail();

    /// <summary>Queues the first <paramref name="length"/> bytes of what <see cref="Reserve"/> gave.</summary>
    public void Commit(int length, TransportAddress destination)
    {
        _slots[Index(Count)].Transmit = new Transmit(length, destination);
        Count++;
    }

    /// <summary>Moves the oldest datagram into <paramref name="buffer"/>, which must hold <c>slotSize</c> bytes.</summary>
    public bool TryDequeue(Span<byte> buffer, out Transmit transmit)
    {
        if (Count == 0)
        {
            transmit = default;
            return false;
        }
        ref var slot = ref _slots[_head];
        transmit = slot.Transmit;
        slot.Buffer.AsSpan(0, transmit.Length).CopyTo(buffer);
        Release(ref slot);
        _head = Index(1);
        Count--;
        return true;
    }

    /// <summary>Fetches the first slots. (<see cref="CacheHint"/>)</summary>
    public void Anticipate() => CacheHint.Prefetch(_slots, 128);

    public void Clear()
    {
        foreach (ref var slot in _slots.AsSpan()) Release(ref slot);
        _head = 0;
        Count = 0;
    }

    private Span<byte> Tail()
    {
        if (Count == _slots.Length) Grow();
        return (_slots[Index(Count)].Buffer ??= BufferPool.Rent(slotSize)).AsSpan(0, slotSize);
    }

    private static void Release(ref Slot slot)
    {
        if (slot.Buffer is not { } buffer) return;
        slot.Buffer = null;
        BufferPool.Return(buffer);
    }

    private void Grow()
    {
        var larger = new Slot[Math.Clamp(_slots.Length * 2, Math.Min(FirstSlots, capacity), capacity)];
        for (var i = 0; i < Count; i++) larger[i] = _slots[Index(i)];
        _slots = larger;
        _head = 0;
    }

    private int Index(int offset)
    {
        var index = _head + offset;
        return index < _slots.Length ? index : index - _slots.Length;
    }

    private struct Slot
    {
        public byte[]? Buffer;
        public Transmit Transmit;
    }
}
