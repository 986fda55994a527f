namespace Parley.Audio;

/// <summary>
/// Packets in the order of their sequence numbers, copied into a bounded set of slots. Slots are made on first use and
/// then kept, the last freed used first: a stream in order lives in one slot. Not thread-safe.
/// </summary>
internal sealed class PacketShelf
{
    /// <summary>Bytes that hold the payload of any datagram that fits an Ethernet frame.</summary>
    public const int MaxPayload = 1500;

    private readonly Slot?[] _slots;
    private readonly int[] _free;
    private readonly int[] _order;
    private int _freeCount;

    public PacketShelf(int capacity)
    {
        _slots = new Slot[capacity];
        _free = new int[capacity];
        _order = new int[capacity];
        for (var i = 0; i < capacity; i++) _free[i] = capacity - 1 - i;
        _freeCount = capacity;
    }

    public int Count { get; private set; }

    public bool IsFull => _freeCount == 0;

    /// <summary>The packet with the lowest sequence number.</summary>
    public Slot First => _slots[_order[0]]!;

    /// <summary>The earliest arrival on the shelf after <paramref name="sequence"/>; never when there is none.</summary>
    public Instant EarliestArrivalAfter(long sequence)
    {
        var earliest = Instant.Never;
        for (var i = 0; i < Count; i++)
        {
            var slot = _slots[_order[i]]!;
            if (slot.Sequence > sequence) earliest = Instant.Earlier(earliest, slot.Arrival);
        }
        return earliest;
    }

    /// <summary>A slot in its place, to be filled; null when full or when the number is on the shelf already.</summary>
    public Slot? Add(long sequence)
    {
        if (IsFull) return null;
        var at = Count;
        while (at > 0 && _slots[_order[at - 1]]!.Sequence > sequence) at--;
        if (at > 0 && _slots[_order[at - 1]]!.Sequence == sequence) return null;
        var index = _free[--_freeCount];
        Array.Copy(_order, at, _order, at + 1, Count - at);
        _order[at] = index;
        Count++;
        var slot = _slots[index] ??= new Slot();
        slot.Sequence = sequence;
        return slot;
    }

    public bool Contains(long sequence)
    {
        for (var i = 0; i < Count; i++)
            if (_slots[_order[i]]!.Sequence == sequence) return true;
        return false;
    }

    public void RemoveFirst()
    {
        _free[_freeCount++] = _order[0];
        Count--;
        Array.Copy(_order, 1, _order, 0, Count);
    }

    internal sealed class Slot
    {
        private readonly byte[] _payload = new byte[MaxPayload];
        private int _length;

        public long Sequence { get; set; }

        public long Timestamp { get; private set; }

        public uint RtpTimestamp { get; private set; }

        public Instant Arrival { get; private set; }

        /// <summary>Default, with no duration, for a packet without payload.</summary>
        public OpusPacket Opus { get; private set; }

        public bool StartsStream { get; private set; }

        public ReadOnlySpan<byte> Payload => _payload.AsSpan(0, _length);

        public void Fill(in ArrivedPacket packet, long timestamp, bool startsStream)
        {
            Timestamp = timestamp;
            RtpTimestamp = packet.RtpTimestamp;
            Arrival = packet.Arrival;
            Opus = packet.Opus;
            StartsStream = startsStream;
            packet.Payload.CopyTo(_payload);
            _length = packet.Payload.Length;
        }
    }
}
