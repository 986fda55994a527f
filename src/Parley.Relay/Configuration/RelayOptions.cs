namespace Parley.Relay.Configuration;

/// <summary>What an operator sets of a relay, as it was written. <see cref="RelayConfig.From"/> checks it.</summary>
public sealed record RelayOptions
{
    /// <summary>IP address and UDP port for clients.</summary>
    public string Listen { get; init; } = "[::]:3478";

    /// <summary>TCP port for clients that UDP does not reach, or IP address and port. Null: none.</summary>
    public string? Tcp { get; init; }

    /// <summary>File of the route keys.</summary>
    public string? Keys { get; init; }

    /// <summary>File of the transceivers.</summary>
    public string? Fleet { get; init; }

    /// <summary>
    /// IP address and first UDP port of the inner protocol: each worker has a port, one after the other. The ports stay the same over a restart, so that what
    /// transceivers send finds its way back at once.
    /// </summary>
    public string Inner { get; init; } = "[::]:3480";

    /// <summary>Whether each datagram of the inner protocol carries a tag.</summary>
    public bool InnerAuth { get; init; }

    /// <summary>The longest UDP payload of the inner protocol, in bytes.</summary>
    public int InnerMtu { get; init; } = 1452;

    /// <summary>Threads that forward.</summary>
    public int? Workers { get; init; }

    /// <summary>The number by which transceivers know this relay.</summary>
    public int Ingress { get; init; }

    /// <summary>The longest that a packet waits for others under load.</summary>
    public string MaxTick { get; init; } = "1ms";

    /// <summary>Flows at a time, over all workers.</summary>
    public int MaxFlows { get; init; } = 65_536;

    /// <summary>TCP connections at a time.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>Flows that one source may begin in a second; four times as many at once.</summary>
    public int FlowsPerSource { get; init; } = 100;

    /// <summary>IP address and TCP port of <c>/metrics</c> and <c>/healthz</c>. Null: none.</summary>
    public string? Metrics { get; init; }

    /// <summary>How long flows may go on after the relay was told to stop.</summary>
    public string DrainTimeout { get; init; } = "30s";
}
