namespace Parley.Rtc.Rtp;

/// <summary>What the remote's reports say of our stream, and the round trip by them. (RFC 3550 §6.4.1)</summary>
internal sealed class RemoteReports(uint ssrc)
{
    /// <summary>The last block about our stream; null before the first.</summary>
    public ReportBlock? Last { get; private set; }

    /// <summary>The fraction lost between two reports, 0…1.</summary>
    public double FractionLost => (Last?.FractionLost ?? 0) / 256.0;

    public TimeSpan? RoundTripTime { get; private set; }

    public void Handle(in ReportBlock block, Instant now)
    {
        if (block.Ssrc != ssrc) return;
        Last = block;
        if (block.LastSenderReport == 0) return;
        // A − LSR − DLSR in 1/65536 s, modulo 2³². (RFC 3550 §6.4.1) Clocks of both sides round: a little below zero is zero.
        var elapsed = (int)(NtpClock.Middle(NtpClock.From(now)) - block.LastSenderReport - block.DelaySinceLastSenderReport);
        RoundTripTime = NtpClock.ToTimeSpan((uint)Math.Max(0, elapsed));
    }
}
