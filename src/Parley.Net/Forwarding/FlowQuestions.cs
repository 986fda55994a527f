namespace Parley.Net.Forwarding;

/// <summary>
/// When a forwarder that has begun asks the transceivers which clients they have by way of it: at once, and again a few times, since a question or
/// its answer can be lost. So a relay that was started again knows its flows before their next packets come. A pure machine.
/// </summary>
internal sealed class FlowQuestions(Instant begin)
{
    private static readonly TimeSpan[] Times =
        [TimeSpan.Zero, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1)];

    private int _asked;

    /// <summary>When the next question is due; <see cref="Instant.Never"/> after the last.</summary>
    public Instant NextDeadline => _asked < Times.Length ? begin + Times[_asked] : Instant.Never;

    /// <summary>True: ask now.</summary>
    public bool TryAsk(Instant now)
    {
        if (now < NextDeadline) return false;
        _asked++;
        return true;
    }
}
