namespace Parley.Transceiver.Output;

/// <summary>
/// When each 20 ms frame is sent, and with which RTP timestamp. A talkspurt begins at once; its frames are due at its start
/// plus n × 20 ms, however late the ticks come. After the last sound it goes on for <see cref="TailFrames"/> of silence, so that what a
/// receiver makes up when the stream pauses is made of silence; then it stops. Timestamps advance with time across pauses,
/// and the first packet of a talkspurt has the marker bit. (RFC 3550 §5.1, RFC 3551 §4.1) Pure.
/// </summary>
internal sealed class Pacer(uint firstTimestamp)
{
    /// <summary>Ticks of the RTP clock in one frame: 48 kHz whatever is encoded. (RFC 7587 §4.1)</summary>
    public const uint TimestampStep = 960;

    /// <summary>200 ms.</summary>
    public const int TailFrames = 10;

    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    /// <summary>Frames that are overdue by more than this are left out instead of sent in a burst.</summary>
    private static readonly TimeSpan MaxLateness = TimeSpan.FromMilliseconds(100);

    private uint _timestamp = firstTimestamp;
    private Instant _next = Instant.Never;
    private Instant _pausedAt = Instant.Never;
    private bool _isFirst;
    private int _silentFrames;

    public bool IsRunning => !_next.IsNever;

    public Deadline NextDeadline => _next.IsNever ? Deadline.None : new Deadline(_next, "pacer.Frame");

    /// <summary>Frames that were left out because the tick came too late.</summary>
    public long Skipped { get; private set; }

    /// <summary>Begins a talkspurt now, unless one is under way.</summary>
    public void Start(Instant now)
    {
        if (IsRunning) return;
        // The frame that would have been due when the stream paused has the current timestamp.
        if (!_pausedAt.IsNever) _timestamp += ToTimestamp(now - _pausedAt);
        _next = now;
        _isFirst = true;
        _silentFrames = 0;
    }

    /// <summary>A frame is due: its place in the stream. Follow it with <see cref="Sent"/>.</summary>
    public bool TryTick(Instant now, out uint timestamp, out bool marker)
    {
        (timestamp, marker) = (_timestamp, _isFirst);
        if (now < _next) return false;
        if (now - _next > MaxLateness)
        {
            var missed = (now - _next).Ticks / Period.Ticks;
            Skipped += missed;
            _next += Period * missed;
            timestamp = _timestamp += (uint)missed * TimestampStep;
        }
        return true;
    }

    /// <summary>A packet of so many frames was sent. When it ended the tail of silence, the stream pauses.</summary>
    public void Sent(bool isSilence, int frames = 1)
    {
        _isFirst = false;
        _silentFrames = isSilence ? _silentFrames + frames : 0;
        _timestamp += (uint)frames * TimestampStep;
        _next += Period * frames;
        if (_silentFrames < TailFrames) return;
        _pausedAt = _next;
        _next = Instant.Never;
    }

    private static uint ToTimestamp(TimeSpan span) => (uint)Math.Max(0, span.Ticks * 48 / TimeSpan.TicksPerMillisecond);
}
