namespace Parley.Net.Routes;

/// <summary>Where a call lives, and until when its route may begin a flow: what is sealed inside an ICE ufrag.</summary>
/// <param name="Cluster">0 to 65535; numbered by the operator.</param>
/// <param name="Node">The transceiver within its cluster.</param>
/// <param name="ExpiryMinute">Minutes since 1970-01-01 UTC; in this minute the route no longer holds.</param>
public readonly record struct CallRoute(ushort Cluster, ushort Node, uint ExpiryMinute)
{
    /// <summary>The last moment at which the route holds is just before this.</summary>
    public DateTimeOffset ExpiresAt => DateTimeOffset.UnixEpoch.AddMinutes(ExpiryMinute);

    /// <summary>The minute that <paramref name="time"/> is in, or the next one where a route must still hold at that time.</summary>
    internal static uint MinuteOf(DateTimeOffset time, bool roundUp)
    {
        var (minutes, rest) = Math.DivRem((time - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerMinute);
        return (uint)Math.Clamp(roundUp && rest > 0 ? minutes + 1 : minutes, 0, uint.MaxValue);
    }
}
