using Parley.Net.Routes;

namespace Parley.Net.Inner;

/// <summary>A <see cref="ShardGroup"/> whose clients come by way of relays: its port is one of the private network.</summary>
public sealed record RelayedConfig
{
    /// <summary>The keys that datagrams are tagged and checked with; null: the private network is trusted. See <see cref="ShardGroup.SetInnerKeys"/>.</summary>
    public RouteKeyRing? Keys { get; init; }

    /// <summary>By which keys come into force and retire.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The longest datagram that is sent, in bytes of UDP payload.</summary>
    public int MaxLength { get; init; } = InnerLayout.DefaultMaxLength;
}
