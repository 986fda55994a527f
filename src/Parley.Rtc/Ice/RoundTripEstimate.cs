namespace Parley.Rtc.Ice;

/// <summary>The round trip, smoothed as TCP does. (RFC 6298 §2)</summary>
internal sealed class RoundTripEstimate
{
    public TimeSpan? Smoothed { get; private set; }

    public void Add(TimeSpan sample) => Smoothed = Smoothed is { } smoothed ? smoothed + (sample - smoothed) / 8 : sample;
}
