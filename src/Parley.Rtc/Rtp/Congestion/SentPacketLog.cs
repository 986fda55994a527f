namespace Parley.Rtc.Rtp.Congestion;

/// <summary>When packets were sent, by transport-wide sequence number, until feedback tells what became of them. Bounded.</summary>
internal sealed class SentPacketLog
{
    /// <summary>A power of two: 2.5 s of packets of 20 ms. Feedback later than that is no longer of use.</summary>
    private const int Capacity = 128;

    private readonly Entry[] _entries = new Entry[Capacity];

    public void Add(ushort sequence, int bytes, Instant now) =>
        _entries[sequence & (Capacity - 1)] = new Entry { Sent = now, Sequence = sequence, Bytes = (ushort)bytes };

    /// <summary>Takes a packet out, so that it is judged once.</summary>
    public bool TryTake(ushort sequence, out Instant sent, out int bytes)
    {
        ref var entry = ref _entries[sequence & (Capacity - 1)];
        (sent, bytes) = (entry.Sent, entry.Bytes);
        if (bytes == 0 || entry.Sequence != sequence) return false;
        entry.Bytes = 0;
        return true;
    }

    private struct Entry
    {
        public Instant Sent;
        public ushort Sequence;

        /// <summary>0 for none.</summary>
        public ushort Bytes;
    }
}
