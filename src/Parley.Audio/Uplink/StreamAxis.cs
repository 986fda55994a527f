namespace Parley.Audio;

/// <summary>
/// Lays the 16-bit sequence numbers and 32-bit timestamps of one or more successive RTP streams on one axis of 64-bit
/// numbers. A leap of the sequence numbers is believed when the next packet confirms it (RFC 3550 Appendix A.1), and so is
/// a return to the SSRC before: it may be a straggler.
/// </summary>
internal struct StreamAxis
{
    private const int MaxDropout = 3000;
    private const int MaxMisorder = 100;

    private uint _ssrc;
    private SeqNo _highestSeq;
    private uint _highestRtpTimestamp;
    private uint? _formerSsrc;
    private (uint Ssrc, SeqNo Seq)? _expectedAfterLeap;

    /// <summary>False before the first stream has begun.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>The newest packet's place.</summary>
    public long HighestSequence { get; private set; }

    public long HighestTimestamp { get; private set; }

    /// <summary>Whether the packet belongs to the stream, begins a new one, or is out of place.</summary>
    public StreamFit Fit(uint ssrc, SeqNo seq)
    {
        if (!HasStarted || (ssrc != _ssrc && ssrc != _formerSsrc)) return StreamFit.Begins;
        var distance = seq.DistanceFrom(_highestSeq);
        if (ssrc == _ssrc && distance is >= -MaxMisorder and < MaxDropout)
        {
            _expectedAfterLeap = null;
            return StreamFit.Belongs;
        }
        if (_expectedAfterLeap == (ssrc, seq)) return StreamFit.Begins;
        _expectedAfterLeap = (ssrc, seq.Next);
        return StreamFit.OutOfPlace;
    }

    public void Begin(uint ssrc, SeqNo seq, uint rtpTimestamp, long sequence, long timestamp)
    {
        if (HasStarted && ssrc != _ssrc) _formerSsrc = _ssrc;
        HasStarted = true;
        _ssrc = ssrc;
        _highestSeq = seq;
        _highestRtpTimestamp = rtpTimestamp;
        _expectedAfterLeap = null;
        HighestSequence = sequence;
        HighestTimestamp = timestamp;
    }

    public readonly long SequenceOf(SeqNo seq) => HighestSequence + seq.DistanceFrom(_highestSeq);

    public readonly long TimestampOf(uint rtpTimestamp) => HighestTimestamp + (int)(rtpTimestamp - _highestRtpTimestamp);

    public readonly uint RtpTimestampAt(long timestamp) => (uint)(_highestRtpTimestamp + (timestamp - HighestTimestamp));

    /// <summary>Moves on to a packet that belongs and is the newest.</summary>
    public void Advance(SeqNo seq, uint rtpTimestamp)
    {
        HighestSequence = SequenceOf(seq);
        HighestTimestamp = TimestampOf(rtpTimestamp);
        _highestSeq = seq;
        _highestRtpTimestamp = rtpTimestamp;
    }
}

internal enum StreamFit
{
    Belongs,
    Begins,
    OutOfPlace,
}
