namespace Parley.Realtime.Replies;

/// <summary>
/// Until when a client that plays the audio itself will be heard, as far as the server can tell: it plays what it has in real
/// time, from the moment the first of it was sent.
/// </summary>
internal sealed class ClientPlayback
{
    /// <summary>The client has played everything by then.</summary>
    public Instant EndsAt { get; private set; }

    public void Add(TimeSpan duration, Instant now) => EndsAt = (EndsAt > now ? EndsAt : now) + duration;

    /// <summary>The client has fallen silent.</summary>
    public void Stop(Instant now) => EndsAt = Instant.Earlier(EndsAt, now);
}
