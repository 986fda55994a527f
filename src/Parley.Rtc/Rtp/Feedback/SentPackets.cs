namespace Parley.Rtc.Rtp.Feedback;

/// <summary>
/// The last packets that were sent, as they went over the wire, to be sent once more. They are kept protected: a second protection of
/// the same index with other extensions would use a GCM nonce twice (RFC 7714 §8.1). Bounded; allocates nothing after construction.
/// </summary>
internal sealed class SentPackets
{
    /// <summary>Packets kept: 640 ms at 20 ms each, longer than a repair of speech is of use.</summary>
    private const int Capacity = 32;

    /// <summary>Bytes kept; packets longer than usual are kept for a shorter time.</summary>
    private const int ArenaLength = 4 * 1024;

    private readonly byte[] _arena = new byte[ArenaLength];
    private readonly Entry[] _entries = new Entry[Capacity];

    /// <summary>Bytes written so far, those skipped at the arena's end included: the place in the arena is the rest modulo its length.</summary>
    private long _written;

    /// <summary>Keeps a packet, in the place of the oldest ones.</summary>
    public void Add(SeqNo sequence, ReadOnlySpan<byte> packet)
    {
        if (packet.Length > ArenaLength / 2) return;
        var offset = (int)(_written % ArenaLength);
        if (offset + packet.Length > ArenaLength)
        {
            _written += ArenaLength - offset;
            offset = 0;
        }
        packet.CopyTo(_arena.AsSpan(offset));
        _entries[sequence.Value % Capacity] = new Entry { Sequence = sequence, Position = _written, Length = (ushort)packet.Length };
        _written += packet.Length;
    }

    /// <summary>Copies a packet to be sent again; false when it is not kept, or was sent again less than <paramref name="spacing"/> ago.</summary>
    public bool TryTake(SeqNo sequence, Span<byte> destination, TimeSpan spacing, Instant now, out int length)
    {
        ref var entry = ref _entries[sequence.Value % Capacity];
        length = entry.Length;
        if (length == 0 || entry.Sequence != sequence || (entry.IsResent && now - entry.ResentAt < spacing)) return false;
        // Nothing is marked when it is overwritten: that would touch every entry for each packet.
        if (_written - entry.Position > ArenaLength) return false;
        _arena.AsSpan((int)(entry.Position % ArenaLength), length).CopyTo(destination);
        (entry.IsResent, entry.ResentAt) = (true, now);
        return true;
    }

    private struct Entry
    {
        public long Position;
        public Instant ResentAt;
        public SeqNo Sequence;

        /// <summary>0 for none.</summary>
        public ushort Length;
        public bool IsResent;
    }
}
