namespace Parley.Rtc.Rtp.Feedback;

/// <summary>
/// Holes in what is received, and which of them are worth asking for: those whose packet can be here in time after one more round
/// trip. Sequence numbers are extended to 64 bits. Bounded; allocates nothing after construction. (RFC 4585 §6.2.1)
/// </summary>
internal sealed class MissingPackets(TimeSpan maxRepairDelay)
{
    private const int Capacity = 16;
    private const int MaxAsks = 2;

    /// <summary>What the remote needs to answer, beside the way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(5);

    /// <summary>A path that was seen to reorder is given so long again before a packet counts as lost; for this long.</summary>
    private static readonly TimeSpan ReorderingMemory = TimeSpan.FromSeconds(10);

    private readonly Hole[] _holes = new Hole[Capacity];
    private int _count;
    private TimeSpan _patience;
    private Instant _patienceEnds;

    /// <summary>When <see cref="TakeAsks"/> has something to do.</summary>
    public Instant NextAsk { get; private set; } = Instant.Never;

    /// <summary>From when a packet is missed to when it can be here; null when that is too late.</summary>
    public TimeSpan? RepairTime(TimeSpan roundTrip) => roundTrip + Margin <= maxRepairDelay ? roundTrip + Margin : null;

    /// <summary>Packets from <paramref name="first"/> up to but without <paramref name="end"/> were jumped over.</summary>
    public void HandleGap(long first, long end, TimeSpan? roundTrip, Instant now)
    {
        // A burst longer than the list is past repair, and without a round trip nobody knows whether it would be.
        if (roundTrip is not { } trip || RepairTime(trip) is null || end - first > Capacity) return;
        var patience = now < _patienceEnds ? _patience : TimeSpan.Zero;
        for (var sequence = first; sequence < end; sequence++)
        {
            if (_count == Capacity) RemoveAt(0);
            _holes[_count++] = new Hole { Sequence = sequence, Seen = now, AskAt = now + patience };
        }
        UpdateNext();
    }

    /// <summary>A packet came that is not the newest. True when it had been asked for, and so is a repair.</summary>
    public bool HandleArrival(long sequence, Instant now)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_holes[i].Sequence != sequence) continue;
            var hole = _holes[i];
            RemoveAt(i);
            UpdateNext();
            if (hole.Asks > 0) return true;
            // It was only late: others may be, too.
            if (now >= _patienceEnds || now - hole.Seen > _patience) _patience = now - hole.Seen;
            _patienceEnds = now + ReorderingMemory;
            return false;
        }
        return false;
    }

    /// <summary>Redundancy has filled a hole.</summary>
    public void Forget(long sequence)
    {
        for (var i = 0; i < _count; i++)
            if (_holes[i].Sequence == sequence) RemoveAt(i--);
        UpdateNext();
    }

    /// <summary>The holes that are to be asked for now; those past repair are forgotten. Returns how many were written, in rising order.</summary>
    public int TakeAsks(Span<SeqNo> asks, TimeSpan roundTrip, Instant now)
    {
        var count = 0;
        for (var i = 0; i < _count;)
        {
            ref var hole = ref _holes[i];
            if (now + roundTrip + Margin > hole.Seen + maxRepairDelay && hole.AskAt <= now)
            {
                // Nothing sent now would be here in time. It stays known until then if it was asked for: the answer is under way.
                if (hole.Asks == 0 || now >= hole.Seen + maxRepairDelay)
                {
                    RemoveAt(i);
                    continue;
                }
                hole.AskAt = hole.Seen + maxRepairDelay;
            }
            else if (hole.AskAt <= now && count < asks.Length)
            {
                asks[count++] = new SeqNo((ushort)hole.Sequence);
                hole.Asks++;
                hole.AskAt = hole.Asks < MaxAsks ? now + roundTrip + Margin : hole.Seen + maxRepairDelay;
            }
            i++;
        }
        UpdateNext();
        return count;
    }

    public void Clear()
    {
        _count = 0;
        NextAsk = Instant.Never;
    }

    private void RemoveAt(int index)
    {
        Array.Copy(_holes, index + 1, _holes, index, _count - index - 1);
        _count--;
    }

    private void UpdateNext()
    {
        NextAsk = Instant.Never;
        for (var i = 0; i < _count; i++) NextAsk = Instant.Earlier(NextAsk, _holes[i].AskAt);
    }

    private struct Hole
    {
        public long Sequence;
        public Instant Seen;
        public Instant AskAt;
        public int Asks;
    }
}
