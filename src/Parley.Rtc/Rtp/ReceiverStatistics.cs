namespace Parley.Rtc.Rtp;

/// <summary>
/// What was received of one source: loss, jitter and the numbers of a report block. (RFC 3550 A.1, A.3, A.8)
/// Only authentic packets are counted, so the probation of A.1, which guards against stray packets, is not needed.
/// </summary>
internal sealed class ReceiverStatistics(uint ssrc, int clockRate)
{
    private SeqNoUnwrapper _unwrapper;
    private long _first;
    private long _highest;
    private long _received;
    private long _expectedAtLastReport;
    private long _receivedAtLastReport;
    private uint _lastTransit;
    private double _jitter;
    private uint _lastSenderReport;
    private Instant _lastSenderReportArrival;

    public uint Ssrc { get; } = ssrc;

    public long Received => _received;

    public long Expected => _received == 0 ? 0 : _highest - _first + 1;

    /// <summary>Expected but not received; negative when duplicates outnumber losses.</summary>
    public long Lost => Expected - _received;

    public TimeSpan Jitter => TimeSpan.FromSeconds(_jitter / clockRate);

    /// <summary>True when no later packet came before this one.</summary>
    public bool HandlePacket(SeqNo sequence, uint timestamp, Instant arrival)
    {
        var extended = _unwrapper.Unwrap(sequence);
        var isNewest = _received == 0 || extended > _highest;
        // Transit in timestamp units, modulo 2^32: only differences of it are used.
        var transit = ToTimestampUnits(arrival) - timestamp;
        if (_received == 0)
        {
            _first = _highest = extended;
        }
        else
        {
            _highest = Math.Max(_highest, extended);
            // A packet from before the first one seen was expected, too.
            _first = Math.Min(_first, extended);
            _jitter += (Math.Abs((double)(int)(transit - _lastTransit)) - _jitter) / 16;
        }
        _lastTransit = transit;
        _received++;
        return isNewest;
    }

    public void HandleSenderReport(ulong ntpTime, Instant arrival)
    {
        _lastSenderReport = NtpClock.Middle(ntpTime);
        _lastSenderReportArrival = arrival;
    }

    /// <summary>The block for the next report; the fraction lost starts anew after it.</summary>
    public ReportBlock TakeReportBlock(Instant now)
    {
        var expected = Expected - _expectedAtLastReport;
        var lost = expected - (_received - _receivedAtLastReport);
        _expectedAtLastReport = Expected;
        _receivedAtLastReport = _received;
        return new ReportBlock
        {
            Ssrc = Ssrc,
            FractionLost = expected <= 0 || lost <= 0 ? (byte)0 : (byte)Math.Min(255, lost * 256 / expected),
            CumulativeLost = (int)Math.Clamp(Lost, -0x800000, 0x7FFFFF),
            HighestSequence = (uint)_highest,
            Jitter = (uint)_jitter,
            LastSenderReport = _lastSenderReport,
            DelaySinceLastSenderReport = _lastSenderReport == 0 ? 0 : NtpClock.FromTimeSpan(now - _lastSenderReportArrival),
        };
    }

    private uint ToTimestampUnits(Instant instant)
    {
        var (seconds, ticks) = Math.DivRem(instant.Ticks, TimeSpan.TicksPerSecond);
        return (uint)(seconds * clockRate + ticks * clockRate / TimeSpan.TicksPerSecond);
    }
}
