namespace Parley.Audio;

/// <summary>
/// The packets that wait to be played, in order, on one time line, and what their arrivals say: when each timestamp would have
/// come by the fastest way, how long to hold samples back, how much is lost. Not thread-safe.
/// </summary>
internal sealed class PacketOrder(PlayoutConfig config, CounterTable<PlayoutCount> counters)
{
    /// <summary>At 20 ms, 2.5 s: more than any maximum delay.</summary>
    private const int Capacity = 128;

    /// <summary>A pull and a packet need not begin together.</summary>
    private static readonly TimeSpan Pull = TimeSpan.FromMilliseconds(10);

    /// <summary>A timestamp ahead of the time that passed by more than this is a leap of the sender's clock.</summary>
    private static readonly TimeSpan MaxLead = TimeSpan.FromSeconds(1);

    /// <summary>A newer packet whose timestamp is back by more than this, 120 ms at 48 kHz, begins a new time line.</summary>
    private const long MaxStepBack = 5760;

    /// <summary>From this loss on samples wait for the next packet, which can repair the one before it.</summary>
    private const double LossWorthWaiting = 0.01;

    private readonly PacketShelf _shelf = new(Capacity);
    private readonly ArrivalClock _arrivals = new();
    private readonly DelayTarget _delay = new(config);
    private StreamAxis _axis;
    private PacketHistory _history;
    private double _loss;
    private int _repairableDuration;
    private int _newestDuration;

    public bool IsEmpty => _shelf.Count == 0;

    public PacketShelf.Slot First => _shelf.First;

    /// <summary>Up to which time, at 48 kHz, samples were decoded or replaced.</summary>
    public long NextTimestamp { get; private set; }

    /// <summary>Samples at 48 kHz between that and the first packet; negative when it overlaps.</summary>
    public long Gap => _shelf.First.Timestamp - NextTimestamp;

    /// <summary>Nothing is missing before the first packet: its timestamp leaps because the sender had nothing to send.</summary>
    public bool IsPause => _shelf.First.Sequence == _history.Next;

    public Instant TimeOf(long timestamp) => _arrivals.TimeOf(timestamp);

    public TimeSpan TargetDelay(Instant now)
    {
        var wait = _delay.At(now) + Pull;
        if (_loss > LossWorthWaiting) wait += TimeSpan.FromTicks(_repairableDuration * TimeSpan.TicksPerSecond / 48000);
        return wait < config.MinDelay ? config.MinDelay : wait > config.MaxDelay ? config.MaxDelay : wait;
    }

    public void Insert(SeqNo seq, uint rtpTimestamp, ReadOnlySpan<byte> payload, Instant arrival, uint ssrc)
    {
        if (!ArrivedPacket.IsWellFormed(payload, out var opus))
        {
            counters.Increment(PlayoutCount.Malformed);
            return;
        }
        var packet = new ArrivedPacket(ssrc, seq, rtpTimestamp, payload, opus, arrival, isRepair: false);
        switch (_axis.Fit(ssrc, seq))
        {
            case StreamFit.OutOfPlace:
                counters.Increment(PlayoutCount.OutOfSequence);
                return;
            case StreamFit.Begins:
                Begin(packet);
                Shelve(packet, _axis.HighestSequence, startsStream: true);
                break;
            default:
                InsertIntoStream(packet);
                break;
        }
    }

    /// <summary>Drops what is at the front and is not to be played: without audio, covered already, or beyond the maximum delay.</summary>
    public void DropUnplayable()
    {
        while (!IsEmpty)
        {
            var head = _shelf.First;
            if (head.Opus.Duration != 0)
            {
                if (_axis.HighestTimestamp - head.Timestamp > config.MaxDelay.Ticks * 48 / TimeSpan.TicksPerMillisecond)
                {
                    counters.Increment(PlayoutCount.Discarded);
                    // What is left out is left out of the time line, too.
                    NextTimestamp = Math.Max(NextTimestamp, head.Timestamp + head.Opus.Duration);
                }
                else if (head.Timestamp + head.Opus.Duration > NextTimestamp)
                {
                    return;
                }
                else
                {
                    counters.Increment(PlayoutCount.Late);
                }
            }
            Leave(head);
        }
    }

    /// <summary>Takes the first packet as played.</summary>
    public void RemoveFirst()
    {
        var head = _shelf.First;
        NextTimestamp = head.Timestamp + head.Opus.Duration;
        Leave(head);
    }

    public void LeapTo(long timestamp) => NextTimestamp = timestamp;

    private void Begin(in ArrivedPacket packet)
    {
        if (!_axis.HasStarted)
        {
            _axis.Begin(packet.Ssrc, packet.Seq, packet.RtpTimestamp, sequence: 0, timestamp: 0);
            return;
        }
        counters.Increment(PlayoutCount.Restarted);
        // Timestamps of two streams have nothing to do with each other (RFC 3550 §5.1): the arrival says where the new one begins.
        var end = Math.Max(NextTimestamp, _axis.HighestTimestamp + _newestDuration);
        var sequence = Math.Max(_history.Next, _axis.HighestSequence + 1);
        _axis.Begin(packet.Ssrc, packet.Seq, packet.RtpTimestamp, sequence, Math.Max(end, _arrivals.TimestampAt(packet.Arrival)));
    }

    private void InsertIntoStream(in ArrivedPacket packet)
    {
        var sequence = _axis.SequenceOf(packet.Seq);
        var startsStream = false;
        if (sequence > _axis.HighestSequence)
        {
            var timestamp = _axis.TimestampOf(packet.RtpTimestamp);
            startsStream = timestamp < _axis.HighestTimestamp - MaxStepBack || _arrivals.TimeOf(timestamp) - packet.Arrival > MaxLead;
            if (startsStream)
            {
                Begin(packet);
                sequence = _axis.HighestSequence;
            }
            else
            {
                _loss += ((sequence == _axis.HighestSequence + 1 ? 0 : 1) - _loss) * 0.01;
                _axis.Advance(packet.Seq, packet.RtpTimestamp);
            }
        }
        else if (IsCopy(sequence))
        {
            counters.Increment(PlayoutCount.Duplicate);
            return;
        }
        if (sequence >= _history.Next)
        {
            Shelve(packet, sequence, startsStream);
            return;
        }
        counters.Increment(PlayoutCount.Late);
        Note(_axis.TimestampOf(packet.RtpTimestamp), packet.Arrival);
        _history.NoteLate(sequence);
    }

    private bool IsCopy(long sequence) => sequence >= _history.Next ? _shelf.Contains(sequence) : _history.HasCome(sequence);

    private void Shelve(in ArrivedPacket packet, long sequence, bool startsStream)
    {
        if (_shelf.IsFull)
        {
            counters.Increment(PlayoutCount.Discarded);
            Leave(_shelf.First);
        }
        if (_shelf.Add(sequence) is not { } slot) return;
        slot.Fill(packet, _axis.TimestampOf(packet.RtpTimestamp), startsStream);
        var opus = packet.Opus;
        if (opus.Duration == 0) return;
        if (sequence == _axis.HighestSequence) _newestDuration = opus.Duration;
        if (opus.HasInbandFec) _repairableDuration = opus.FrameDuration;
        Note(slot.Timestamp, packet.Arrival);
    }

    private void Note(long timestamp, Instant arrival) => _delay.Observe(_arrivals.Observe(timestamp, arrival), _arrivals.Base, arrival);

    private void Leave(PacketShelf.Slot head)
    {
        _history.PassOver(head.Sequence);
        _history.Take();
        _shelf.RemoveFirst();
    }
}
