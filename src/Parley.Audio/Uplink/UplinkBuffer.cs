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
    private const int Capacity = 32;
    private const int RevisionCapacity = 8;

    private readonly UplinkConfig _config;
    private readonly PacketShelf _shelf = new(Capacity);
    private readonly PacketShelf _revisions = new(RevisionCapacity);
    private StreamAxis _axis;
    private PacketHistory _history;
    private SampleClock _clock;
    private HoleWait _holes;
    private LossFill _loss;
    private Instant _lastArrival;
    private long _firstSequence;

    public UplinkBuffer(UplinkConfig? config = null)
    {
        _config = config ?? UplinkConfig.Default;
        _config.Validate();
        _clock = new SampleClock(_config, Counters);
        _holes = new HoleWait(_config);
    }

    public CounterTable<UplinkCount> Counters { get; } = new();

    /// <summary>When an open hole, or a pause of the sender, is to be filled: poll then.</summary>
    public Deadline NextDeadline { get; private set; } = Deadline.None;

    /// <summary>
    /// How long a lost packet takes to come when it is asked for again; zero when it is not. A hole that in-band FEC cannot fill is
    /// kept open for so long, and never longer than <see cref="UplinkConfig.MaxWait"/>.
    /// </summary>
    public TimeSpan RepairWait
    {
        get => _holes.RepairWait;
        set => _holes.RepairWait = value;
    }

    /// <summary>Takes one RTP packet's payload; a bad one is dropped and counted.</summary>
    /// <param name="ssrc">Another value than before begins a new stream, which follows the old one on the sample clock.</param>
    /// <param name="isRepair">It was lost and comes once more: how late it is says nothing about the path's order.</param>
    public void Insert(SeqNo seq, uint rtpTimestamp, ReadOnlySpan<byte> payload, Instant arrival, uint ssrc = 0, bool isRepair = false)
    {
        if (!ArrivedPacket.IsWellFormed(payload, out var opus))
        {
            Counters.Increment(UplinkCount.Malformed);
            return;
        }
        var packet = new ArrivedPacket(ssrc, seq, rtpTimestamp, payload, opus, arrival, isRepair);
        switch (_axis.Fit(ssrc, seq))
        {
            case StreamFit.OutOfPlace:
                Counters.Increment(UplinkCount.OutOfSequence);
                return;
            case StreamFit.Begins:
                Begin(packet);
                Shelve(packet, _axis.HighestSequence, startsStream: true);
                break;
            default:
                InsertIntoStream(packet);
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

    private void Begin(in ArrivedPacket packet)
    {
        if (!_axis.HasStarted)
        {
            _axis.Begin(packet.Ssrc, packet.Seq, packet.RtpTimestamp, sequence: 0, timestamp: 0);
            return;
        }
        // The timestamps of two streams have nothing to do with each other (RFC 3550 §5.1); the arrivals tell how long the pause was.
        Counters.Increment(UplinkCount.Restarted);
        var pause = packet.Arrival - _lastArrival - _config.MaxWait;
        var gap = Math.Clamp((long)(pause.TotalMilliseconds * 48) / 120 * 120, 0, _clock.MaxFill);
        var sequence = Math.Max(_history.Next, _axis.HighestSequence + 1);
        var timestamp = Math.Max(_clock.NextTimestamp, _axis.HighestTimestamp + SampleClock.Piece) + gap;
        if (_shelf.Count == 0) timestamp = _clock.NextTimestamp + gap;
        _axis.Begin(packet.Ssrc, packet.Seq, packet.RtpTimestamp, sequence, timestamp);
        _firstSequence = sequence;
        _clock.Begin(timestamp);
    }

    private void InsertIntoStream(in ArrivedPacket packet)
    {
        var sequence = _axis.SequenceOf(packet.Seq);
        if (sequence > _axis.HighestSequence) _axis.Advance(packet.Seq, packet.RtpTimestamp);
        else if (sequence >= _history.Next) NoteFilled(packet, sequence);
        if (sequence < _history.Next) InsertLate(packet, sequence);
        else Shelve(packet, sequence, startsStream: false);
    }

    private void NoteFilled(in ArrivedPacket packet, long sequence)
    {
        if (_shelf.Contains(sequence)) return;
        if (packet.IsRepair)
        {
            Counters.Increment(UplinkCount.Repaired);
            return;
        }
        Counters.Increment(UplinkCount.Reordered);
        var overtaken = _shelf.EarliestArrivalAfter(sequence);
        if (!overtaken.IsNever) _holes.NoteReordered(overtaken, packet.Arrival);
    }

    private void InsertLate(in ArrivedPacket packet, long sequence)
    {
        var timestamp = _axis.TimestampOf(packet.RtpTimestamp);
        if (sequence < _firstSequence || !_history.Remembers(sequence) || !_clock.Reaches(timestamp))
        {
            Counters.Increment(UplinkCount.TooLate);
            return;
        }
        if (_history.HasCome(sequence))
        {
            Counters.Increment(UplinkCount.Duplicate);
            return;
        }
        _history.NoteLate(sequence);
        if (!packet.IsRepair) _holes.NoteLate(sequence, packet.Arrival);
        if (packet.Opus.Duration == 0) return;
        if (_revisions.IsFull) _revisions.RemoveFirst();
        if (_revisions.Add(sequence) is not { } slot) return;
        Counters.Increment(UplinkCount.Revised);
        slot.Fill(packet, timestamp, startsStream: false);
    }

    private void Shelve(in ArrivedPacket packet, long sequence, bool startsStream)
    {
        if (_shelf.Contains(sequence))
        {
            Counters.Increment(UplinkCount.Duplicate);
            return;
        }
        // TryTakeNext closes the hole in front of a full shelf at once, so there is room unless the caller does not poll.
        if (_shelf.Add(sequence) is { } slot) slot.Fill(packet, _axis.TimestampOf(packet.RtpTimestamp), startsStream);
        else Counters.Increment(UplinkCount.Overflowed);
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
            Position = _clock.PositionOf(slot.Timestamp),
            Duration = slot.Opus.Duration,
            PayloadLength = slot.Payload.Length,
        };
        _revisions.RemoveFirst();
        return true;
    }

    private bool TryTakeNext(Instant now, Span<byte> payload, out UplinkPacket packet)
    {
        packet = default;
        while (_shelf.Count != 0)
        {
            var head = _shelf.First;
            if (head.Sequence > _history.Next)
            {
                if (now < HoleDeadline(head).At) return false;
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
        var gap = head.Timestamp - _clock.NextTimestamp;
        var seen = _shelf.EarliestArrivalAfter(_history.Next);
        // No time is missing when the packets that are had no audio in them. A full shelf cannot wait.
        if (gap <= 0 || _shelf.IsFull) return new(seen, "uplink.ready");
        var isRepairable = head.Opus.HasInbandFec && head.Sequence == _history.Next + 1 && gap == head.Opus.FrameDuration;
        return new(_holes.EndOf(seen, isRepairable), "uplink.hole");
    }

    private void CloseHole(PacketShelf.Slot head, Instant now)
    {
        var seen = _shelf.EarliestArrivalAfter(_history.Next);
        if (_shelf.IsFull && now < seen + _config.MaxWait) Counters.Increment(UplinkCount.Overflowed);
        _holes.NoteClosed(head.Sequence - 1, seen);
        _history.PassOver(head.Sequence);
        _loss.Open();
    }

    /// <summary>Fills the time between what was given and <paramref name="head"/>, piece by piece.</summary>
    private bool TryTakeGap(PacketShelf.Slot head, Span<byte> payload, out UplinkPacket packet)
    {
        packet = default;
        var gap = head.Timestamp - _clock.NextTimestamp;
        if (!_loss.IsOpen) gap = _clock.Repay(gap);
        if (gap <= 0 || head.Opus.Duration == 0) return false;
        gap = _clock.Shorten(gap);
        if (!_loss.IsOpen)
        {
            packet = Give(UplinkFrameKind.Silence, (int)Math.Min(gap, SampleClock.Piece));
            return true;
        }
        if (LossFill.EndsByFec(gap, head.Opus))
        {
            head.Payload.CopyTo(payload);
            packet = Give(UplinkFrameKind.RecoveredByFec, (int)gap) with { PayloadLength = head.Payload.Length };
            return true;
        }
        var piece = _loss.TakePiece(gap, head.Opus, out var isExtendable);
        packet = Give(UplinkFrameKind.Concealed, piece) with { IsExtendable = isExtendable };
        return true;
    }

    /// <summary>Takes the first packet off the shelf. False when its time is covered, or when it holds no audio.</summary>
    private bool TryTakeHead(PacketShelf.Slot head, Span<byte> payload, out UplinkPacket packet)
    {
        packet = default;
        var duration = head.Opus.Duration;
        var skip = duration == 0 ? 0 : _clock.Skip(head.Timestamp, duration);
        _history.Take();
        _loss.Close();
        var isGiven = duration > skip;
        if (isGiven)
        {
            head.Payload.CopyTo(payload);
            packet = Give(UplinkFrameKind.Decoded, duration - skip) with { Skip = skip, PayloadLength = head.Payload.Length, StartsStream = head.StartsStream };
            _clock.EndPacket(head.Opus.IsDtx, head.Arrival);
        }
        else if (duration != 0) Counters.Increment(UplinkCount.Overlapped);
        _shelf.RemoveFirst();
        return isGiven;
    }

    /// <summary>
    /// Silence as time passes after a packet that announced discontinuous transmission, so that a turn can end before
    /// the next packet comes, up to 400 ms later.
    /// </summary>
    private bool TryTakePause(Instant now, out UplinkPacket packet)
    {
        packet = default;
        if (now < _clock.PauseDeadline.At) return false;
        packet = Give(UplinkFrameKind.Silence, SampleClock.Piece);
        _clock.NoteAhead(SampleClock.Piece);
        return true;
    }

    private UplinkPacket Give(UplinkFrameKind kind, int duration)
    {
        var packet = new UplinkPacket
        {
            Kind = kind,
            RtpTimestamp = _axis.RtpTimestampAt(_clock.NextTimestamp),
            Position = _clock.Position,
            Duration = duration,
        };
        _clock.Advance(duration);
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
            : _shelf.Count == 0 ? _clock.PauseDeadline
            : _shelf.First.Sequence > _history.Next ? HoleDeadline(_shelf.First)
            : new(_shelf.First.Arrival, "uplink.ready");
}
