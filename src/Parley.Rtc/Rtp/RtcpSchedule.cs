namespace Parley.Rtc.Rtp;

/// <summary>
/// When the next RTCP report leaves: five seconds, halved for the first, times a random factor. With two members at audio
/// rates the 5 % bandwidth share never asks for more than the minimum interval. (RFC 3550 §6.2, §6.3.1)
/// </summary>
internal static class RtcpSchedule
{
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(5);

    /// <summary>e − 3/2: makes up for reconsideration, which draws intervals that are too long on average. (RFC 3550 §6.3.1)</summary>
    private const double Compensation = Math.E - 1.5;

    public static TimeSpan NextInterval(bool isFirst, IRandomSource random)
    {
        var factor = 0.5 + random.NextUInt32() / (double)uint.MaxValue;
        return MinimumInterval * (isFirst ? 0.5 : 1) * factor / Compensation;
    }
}
