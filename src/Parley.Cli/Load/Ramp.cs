namespace Parley.Cli.Load;

/// <summary>Gives turns at a rate, the first at once. Thread-safe.</summary>
internal sealed class Ramp(double perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _origin = time.GetTimestamp();
    private TimeSpan _next = TimeSpan.Zero;

    public async Task WaitTurnAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetElapsedTime(_origin);
            if (_next < now) _next = now;
            wait = _next - now;
            _next += TimeSpan.FromSeconds(1 / perSecond);
        }
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
    }
}
