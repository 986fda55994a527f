namespace Parley.Audio;

/// <summary>
/// A reorder buffer with a deadline for the packets of one caller: what is in order passes at once; a hole waits until its
/// packet comes or its deadline does, then it is filled by in-band FEC or concealment; what comes later still is
/// given as a revision. It is no playout buffer: frames come in order and soon, not evenly spaced.
/// After each <see cref="Insert"/>, and when <see cref="NextDeadline"/> is due, poll until <see cref="TryPoll"/> is false.
/// Owned by one thread; memory is bounded, a steady stream allocates nothing.
/// </summary>
public sealed class UplinkBuffer
{
    /// <summary>Samples at 48 kHz of the pieces in which a gap is filled: 20 ms.</summary>
    private const int Piece = 960;

    /// <summary>A decoder extends the past for so long, at 48 kHz: 120 ms. Then it has faded, and zeros are cheaper.</summary>
    private const int MaxExtension = 5760;

    /// <summary>Timestamps that go back by more than this, 1 s, are a new time line and not an overlap.</summary>
    private const int MaxOverlap = 48000;

    private const int Capacity = 32;
    private const int RevisionCapacity = 8;

    private readonly UplinkConfig _config;
    private readonly int _maxFill;
    private readonly PacketShelf _shelf = new(Capacity);
    private readonly PacketShelf _revisions = new(RevisionCapacity);
    private StreamAxis _axis;
    private ReorderEstimate _reordering;

    private bool _hasStarted;
    private long _nextSequence;
    private long _nextTimestamp;
    private long _position;

    /// <summary>Bit i: packet _nextSequence − 1 − i came. What is older than the history or the stream is of no use.</summary>
    private UInt128 _history;
    private long _firstSequence;
    private long _firstTimestamp;

    private bool _gapIsLoss;
    private int _extended;
    private long _lastHoleSequence = -1;
    private Instant _lastHoleSeen;

    private Instant _lastArrival;
    private bool _isPaused;
    private Instant _pauseArrival;
    private long _pauseTimestamp;
    private long _silenceAhead;
    private long _stretch;

    public UplinkBuffer(UplinkConfig? config = null)
    {
        _config = config ?? UplinkConfig.Default;
        _config.Validate();
        _maxFill = (int)(_config.MaxFill.TotalMilliseconds * 48);
        _reordering = new ReorderEstimate(_config.MaxWait);
    }

    public CounterTable<UplinkCount> Counters { get; } = new();

    /// <summary>When an open hole, or a pause of the sender, is to be filled: poll then.</summary>
    public Deadline NextDeadline { get; private set; } = Deadline.None;

    /// <summary>
    /// How long a lost packet takes to come when it is asked for again; zero when it is not. A hole that in-band FEC cannot fill is
    /// kept open for so long, and never longer than <see cref="UplinkConfig.MaxWait"/>.
    /// </summary>
    public TimeSpan RepairWait { get; set; }

    /// <summary>Takes one RTP packet's payload; a bad one is dropped and counted.</summary>
    /// <param name="ssrc">Another value than before begins a new stream, which follows the old one on the sample clock.</param>
    /// <param name="isRepair">It was lost and comes once more: how late it is says nothing about the path's order.</param>
    public void Insert(SeqNo seq, uint rtpTimestamp, ReadOnlySpan<byte> payload, Instant arrival, uint ssrc = 0, bool isRepair = false)
    {
        // An empty payload is no error: padding alone takes a sequence number (RFC 3550 §5.1).
        var opus = default(OpusPacket);
        if (payload.Length > PacketShelf.MaxPayload || (!payload.IsEmpty && !OpusPacket.TryParse(payload, out opus)))
        {
            Counters.Increment(UplinkCount.Malformed);
            return;
        }
        switch (_axis.Fit(ssrc, seq))
        {
            case StreamFit.OutOfPlace:
                Counters.Increment(UplinkCount.OutOfSequence);
                return;
            case StreamFit.Begins:
                Begin(ssrc, seq, rtpTimestamp, arrival);
                Shelve(_axis.HighestSequence, rtpTimestamp, payload, opus, arrival, startsStream: true);
                break;
            default:
                InsertIntoStream(seq, rtpTimestamp, payload, opus, arrival, isRepair);
                break;
        }
        _lastArrival = arrival;
        UpdateDeadline();
    }

    /// <summary>Gives what is to be decoded next; false when there is nothing, or a hole may still be filled.</summary>
    /// <param name="now">The time.</param>
    /// <param name="payload">Room for the payload of a datagram, 1500 bytes.</param>
    /// <param name="packet">What it is.</param>
    public bool TryPoll(Instant now, Span<byte> payload, out UplinkPacket packet)
    {
        var isGiven = TryTakeRevision(payload, out packet) || TryTakeNext(now, payload, out packet);
        if (!isGiven) UpdateDeadline();
        return isGiven;
    }

    private void Begin(uint ssrc, SeqNo seq, uint rtpTimestamp, Instant arrival)
    {
        if (!_hasStarted)
        {
            _hasStarted = true;
            _axis.Begin(ssrc, seq, rtpTimestamp, sequence: 0, timestamp: 0);
            return;
        }
        // The timestamps of two streams have nothing to do with each other (RFC 3550 §5.1); the arrivals tell how long the pause was.
        Counters.Increment(UplinkCount.Restarted);
        var pause = arrival - _lastArrival - _config.MaxWait;
        var gap = Math.Clamp((long)(pause.TotalMilliseconds * 48) / 120 * 120, 0, _maxFill);
        var sequence = Math.Max(_nextSequence, _axis.HighestSequence + 1);
        var timestamp = Math.Max(_nextTimestamp, _axis.HighestTimestamp + Piece) + gap;
        if (_shelf.Count == 0) timestamp = _nextTimestamp + gap;
        _axis.Begin(ssrc, seq, rtpTimestamp, sequence, timestamp);
        _firstSequence = sequence;
        _firstTimestamp = timestamp;
    }

    private void InsertIntoStream(SeqNo seq, uint rtpTimestamp, ReadOnlySpan<byte> payload, in OpusPacket opus, Instant arrival, bool isRepair)
    {
        var sequence = _axis.SequenceOf(seq);
        if (sequence > _axis.HighestSequence) _axis.Advance(seq, rtpTimestamp);
        else if (sequence >= _nextSequence) NoteFilled(sequence, arrival, isRepair);
        if (sequence < _nextSequence) InsertLate(sequence, rtpTimestamp, payload, opus, arrival, isRepair);
        else Shelve(sequence, rtpTimestamp, payload, opus, arrival, startsStream: false);
    }

    private void NoteFilled(long sequence, Instant arrival, bool isRepair)
    {
        if (_shelf.Contains(sequence)) return;
        if (isRepair)
        {
            Counters.Increment(UplinkCount.Repaired);
            return;
        }
        Counters.Increment(UplinkCount.Reordered);
        var overtaken = _shelf.EarliestArrivalAfter(sequence);
        if (!overtaken.IsNever) _reordering.Observe(arrival - overtaken, arrival);
    }

    private void InsertLate(long sequence, uint rtpTimestamp, ReadOnlySpan<byte> payload, in OpusPacket opus, Instant arrival, bool isRepair)
    {
        var age = _nextSequence - 1 - sequence;
        var timestamp = _axis.TimestampOf(rtpTimestamp);
        if (age >= 128 || sequence < _firstSequence || timestamp < _firstTimestamp)
        {
            Counters.Increment(UplinkCount.TooLate);
            return;
        }
        if ((_history >> (int)age & UInt128.One) != 0)
        {
            Counters.Increment(UplinkCount.Duplicate);
            return;
        }
        _history |= UInt128.One << (int)age;
        if (!isRepair && sequence <= _lastHoleSequence) _reordering.Observe(arrival - _lastHoleSeen, arrival);
        if (opus.Duration == 0) return;
        if (_revisions.IsFull) _revisions.RemoveFirst();
        if (_revisions.Add(sequence) is not { } slot) return;
        Counters.Increment(UplinkCount.Revised);
        Fill(slot, rtpTimestamp, payload, opus, arrival, startsStream: false);
    }

    private void Shelve(
        long sequence, uint rtpTimestamp, ReadOnlySpan<byte> payload, in OpusPacket opus, Instant arrival, bool startsStream)
    {
        if (_shelf.Contains(sequence))
        {
            Counters.Increment(UplinkCount.Duplicate);
            return;
        }
        // TryTakeNext closes the hole in front of a full shelf at once, so there is room unless the caller does not poll.
        if (_shelf.Add(sequence) is { } slot) Fill(slot, rtpTimestamp, payload, opus, arrival, startsStream);
        else Counters.Increment(UplinkCount.Overflowed);
    }

    private void Fill(
        PacketShelf.Slot slot, uint rtpTimestamp, ReadOnlySpan<byte> payload, in OpusPacket opus, Instant arrival, bool startsStream)
    {
        slot.Timestamp = _axis.TimestampOf(rtpTimestamp);
        slot.RtpTimestamp = rtpTimestamp;
        slot.Arrival = arrival;
        slot.Opus = opus;
        slot.StartsStream = startsStream;
        slot.Payload = payload;
    }

    private bool TryTakeRevision(Span<byte> payload, out UplinkPacket packet)
    {
        packet = default;
        if (_revisions.Count == 0) return false;
        var slot = _revisions.First;
        slot.Payload.CopyTo(payload);
        packet = new UplinkPacket
        {
            Kind = UplinkFrameKind.Revision,
            RtpTimestamp = slot.RtpTimestamp,
            Position = Math.Max(0, _position - (_nextTimestamp - slot.Timestamp)),
            Duration = slot.Opus.Duration,
            PayloadLength = slot.Payload.Length,
        };
        _revisions.RemoveFirst();
        return true;
    }

    private bool TryTakeNext(Instant now, Span<byte> payload, out UplinkPacket packet)
    {
        while (_shelf.Count != 0)
        {
            var head = _shelf.First;
            if (head.Sequence > _nextSequence)
            {
                if (now < HoleDeadline(head).At)
                {
                    packet = default;
                    return false;
                }
                CloseHole(head, now);
            }
            if (TryTakeGap(head, payload, out packet)) return true;
            if (TryTakeHead(head, payload, out packet)) return true;
        }
        return TryTakePause(now, out packet);
    }

    /// <summary>Until when the hole before <paramref name="head"/> stays open.</summary>
    private Deadline HoleDeadline(PacketShelf.Slot head)
    {
        var gap = head.Timestamp - _nextTimestamp;
        var seen = _shelf.EarliestArrivalAfter(_nextSequence);
        // No time is missing when the packets that are had no audio in them. A full shelf cannot wait.
        if (gap <= 0 || _shelf.IsFull) return new(seen, "uplink.ready");
        var wait = _reordering.WaitAt(seen);
        var isRepairable = head.Opus.HasInbandFec && head.Sequence == _nextSequence + 1 && gap == head.Opus.FrameDuration;
        if (!isRepairable && wait < _config.UnrepairableWait) wait = _config.UnrepairableWait;
        if (!isRepairable && wait < RepairWait) wait = RepairWait;
        return new(seen + (wait < _config.MaxWait ? wait : _config.MaxWait), "uplink.hole");
    }

    private void CloseHole(PacketShelf.Slot head, Instant now)
    {
        if (_shelf.IsFull && now < _shelf.EarliestArrivalAfter(_nextSequence) + _config.MaxWait)
            Counters.Increment(UplinkCount.Overflowed);
        _lastHoleSequence = head.Sequence - 1;
        _lastHoleSeen = _shelf.EarliestArrivalAfter(_nextSequence);
        var missing = head.Sequence - _nextSequence;
        _history = missing >= 128 ? UInt128.Zero : _history << (int)missing;
        _nextSequence = head.Sequence;
        _gapIsLoss = true;
        _extended = 0;
    }

    /// <summary>Fills the time between what was given and <paramref name="head"/>, piece by piece.</summary>
    private bool TryTakeGap(PacketShelf.Slot head, Span<byte> payload, out UplinkPacket packet)
    {
        packet = default;
        var gap = head.Timestamp - _nextTimestamp;
        if (gap > 0 && !_gapIsLoss)
        {
            // Silence that was given ahead of time is made good by less silence now.
            var repaid = Math.Min(gap, _stretch);
            _stretch -= repaid;
            _nextTimestamp += repaid;
            gap -= repaid;
        }
        if (gap <= 0 || head.Opus.Duration == 0) return false;
        if (gap > _maxFill)
        {
            Counters.Increment(UplinkCount.Leapt);
            _nextTimestamp = _firstTimestamp = head.Timestamp - _maxFill;
            gap = _maxFill;
        }
        if (!_gapIsLoss)
        {
            packet = Give(UplinkFrameKind.Silence, (int)Math.Min(gap, Piece));
            return true;
        }
        var byFec = head.Opus.HasInbandFec && gap >= head.Opus.FrameDuration ? head.Opus.FrameDuration : 0;
        if (gap == byFec)
        {
            head.Payload.CopyTo(payload);
            packet = Give(UplinkFrameKind.RecoveredByFec, byFec) with { PayloadLength = head.Payload.Length };
            return true;
        }
        var piece = (int)Math.Min(gap - byFec, Piece);
        packet = Give(UplinkFrameKind.Concealed, piece) with { IsExtendable = piece % 120 == 0 && _extended + piece <= MaxExtension };
        _extended += piece;
        return true;
    }

    /// <summary>Takes the first packet off the shelf. False when its time is covered, or when it holds no audio.</summary>
    private bool TryTakeHead(PacketShelf.Slot head, Span<byte> payload, out UplinkPacket packet)
    {
        packet = default;
        var duration = head.Opus.Duration;
        var skip = duration == 0 ? 0 : SkipOf(head);
        _nextSequence = head.Sequence + 1;
        _history = (_history << 1) | UInt128.One;
        _gapIsLoss = false;
        var isGiven = duration > skip;
        if (isGiven)
        {
            head.Payload.CopyTo(payload);
            packet = Give(UplinkFrameKind.Decoded, duration - skip) with
            {
                Skip = skip,
                PayloadLength = head.Payload.Length,
                StartsStream = head.StartsStream,
            };
            _silenceAhead = 0;
            _isPaused = head.Opus.IsDtx;
            _pauseArrival = head.Arrival;
            _pauseTimestamp = _nextTimestamp;
        }
        else if (duration != 0)
        {
            Counters.Increment(UplinkCount.Overlapped);
        }
        _shelf.RemoveFirst();
        return isGiven;
    }

    /// <summary>Samples of the packet that are covered already, all of them at most; straightens the time line where it must.</summary>
    private int SkipOf(PacketShelf.Slot head)
    {
        var covered = _nextTimestamp - head.Timestamp;
        if (covered <= 0) return 0;
        if (covered <= _silenceAhead)
        {
            // The sender spoke again while silence was given ahead for it: the words are worth more than the clock.
            _stretch += covered;
            _nextTimestamp = head.Timestamp;
            return 0;
        }
        if (covered > MaxOverlap)
        {
            Counters.Increment(UplinkCount.Leapt);
            _nextTimestamp = _firstTimestamp = head.Timestamp;
            return 0;
        }
        return (int)Math.Min(covered, head.Opus.Duration);
    }

    /// <summary>
    /// Silence as time passes after a packet that announced discontinuous transmission, so that a turn can end before
    /// the next packet comes, up to 400 ms later. It lags by <see cref="UplinkConfig.MaxWait"/> behind the sender.
    /// </summary>
    private bool TryTakePause(Instant now, out UplinkPacket packet)
    {
        packet = default;
        if (now < PauseDeadline().At) return false;
        packet = Give(UplinkFrameKind.Silence, Piece);
        _silenceAhead += Piece;
        return true;
    }

    private Deadline PauseDeadline()
    {
        var given = _nextTimestamp - _pauseTimestamp;
        if (!_isPaused || given >= _maxFill) return Deadline.None;
        return new(_pauseArrival + TimeSpan.FromMilliseconds((given + Piece) / 48.0) + _config.MaxWait, "uplink.pause");
    }

    private UplinkPacket Give(UplinkFrameKind kind, int duration)
    {
        var packet = new UplinkPacket
        {
            Kind = kind,
            RtpTimestamp = _axis.RtpTimestampAt(_nextTimestamp),
            Position = _position,
            Duration = duration,
        };
        _nextTimestamp += duration;
        _position += duration;
        Counters.Increment(kind switch
        {
            UplinkFrameKind.Decoded => UplinkCount.Decoded,
            UplinkFrameKind.RecoveredByFec => UplinkCount.RecoveredByFec,
            UplinkFrameKind.Concealed => UplinkCount.Concealed,
            _ => UplinkCount.Silence,
        });
        return packet;
    }

    private void UpdateDeadline() =>
        NextDeadline = _revisions.Count != 0 ? new(_lastArrival, "uplink.ready")
            : _shelf.Count == 0 ? PauseDeadline()
            : _shelf.First.Sequence > _nextSequence ? HoleDeadline(_shelf.First)
            : new(_shelf.First.Arrival, "uplink.ready");
}
