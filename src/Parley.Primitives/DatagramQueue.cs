namespace Parley;

/// <summary>
/// A bounded first-in-first-out queue of datagrams that copies bytes into slots it owns. Slots are made on first use
/// and then kept, so a steady state allocates nothing. A full queue refuses. Not thread-safe.
/// </summary>
public sealed class DatagramQueue(int capacity, int slotSize)
{
    private readonly byte[]?[] _slots = new byte[capacity][];
    private readonly Transmit[] _transmits = new Transmit[capacity];
    private int _head;

    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    /// <summary>False, and nothing is queued, when the queue is full or the payload is longer than a slot.</summary>
    public bool TryEnqueue(ReadOnlySpan<byte> payload, TransportAddress destination)
    {
        if (payload.Length > slotSize || Count == capacity) return false;
        payload.CopyTo(Slot());
        Commit(payload.Length, destination);
        return true;
    }

    /// <summary>The free slot at the tail, to be written in place and then <see cref="Commit"/>ted; empty when full.</summary>
    public Span<byte> Reserve() => Count == capacity ? default : Slot();

    /// <summary>Queues the first <paramref name="length"/> bytes of what <see cref="Reserve"/> gave.</summary>
    public void Commit(int length, TransportAddress destination)
    {
        _transmits[(_head + Count) % capacity] = new Transmit(length, destination);
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
        transmit = _transmits[_head];
        _slots[_head].AsSpan(0, transmit.Length).CopyTo(buffer);
        _head = (_head + 1) % capacity;
        Count--;
        return true;
    }

    public void Clear()
    {
        _head = 0;
        Count = 0;
    }

    private Span<byte> Slot() => _slots[(_head + Count) % capacity] ??= new byte[slotSize];
}
