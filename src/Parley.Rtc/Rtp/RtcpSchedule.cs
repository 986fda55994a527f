namespace Parley.Rtc.Rtp;

/// <summary>
/// When the next RTCP leaves. Everything is spread by chance: calls that begin, or go on after a pause of the network, at the same moment would
/// otherwise all have their reports in the same milliseconds from then on. (RFC 3550 §6.2, §6.3.1)
/// </summary>
internal static class RtcpSchedule
{
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long arrivals gather before the remote is told of them. libwebrtc's range is 50…250 ms, and at the rate of a voice it takes the longest.</summary>
    private static readonly TimeSpan FeedbackInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>e − 3/2: makes up for reconsideration, which draws intervals that are too long on average. (RFC 3550 §6.3.1)</summary>
    private const double Compensation = Math.E - 1.5;

    /// <summary>
    /// Between reports: five seconds, halved for the first, times a random factor. With two members at audio rates the 5 % bandwidth share
    /// never asks for more than the minimum interval.
    /// </summary>
    public static TimeSpan NextInterval(bool isFirst, IRandomSource random) =>
        MinimumInterval * (isFirst ? 0.5 : 1) * Spread(0.5, random) / Compensation;

    /// <summary>Between feedback about arrivals.</summary>
    public static TimeSpan NextFeedbackInterval(IRandomSource random) => FeedbackInterval * Spread(0.2, random);

    /// <summary>1, more or less by up to <paramref name="width"/>.</summary>
    private static double Spread(double width, IRandomSource random) => 1 + width * (2 * (random.NextUInt32() / (double)uint.MaxValue) - 1);
}
