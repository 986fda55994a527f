using Parley.Relay.Limits;

namespace Parley.Relay.FirstPackets;

/// <summary>How often flows may begin.</summary>
public sealed record FirstPacketLimits
{
    /// <summary>From one IPv4 address or IPv6 /64. An office behind one address begins a call for each of its people after a power cut, with a few flows each.</summary>
    public RateLimit PerSource { get; init; } = new(burst: 400, perSecond: 100);

    /// <summary>
    /// With one route: a client has a handful of addresses, each of which may begin a flow to each relay, and again after a restart of the relay or a move. Whoever
    /// repeats a recorded check from many invented sources gets no further.
    /// </summary>
    public RateLimit PerRoute { get; init; } = new(burst: 32, perSecond: 4);

    /// <summary>Sources, and routes, remembered at a time; a power of two, 16 bytes each.</summary>
    public int Remembered { get; init; } = 8192;

    /// <summary>The limits as each of a relay's workers keeps them.</summary>
    public FirstPacketLimits DividedBy(int workers) => this with { PerSource = PerSource.DividedBy(workers), PerRoute = PerRoute.DividedBy(workers) };
}
