namespace Parley.Net;

/// <summary>Where drivers get an <see cref="Instant"/>: <see cref="TimeProvider.GetTimestamp"/>, since this clock was made. Thread-safe.</summary>
public sealed class MonotonicClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public Instant Now => new(time.GetElapsedTime(_origin).Ticks);
}
