namespace Parley.Relay.Metrics;

/// <summary>What a relay tells those who watch it. Thread-safe.</summary>
public interface IRelayReport
{
    /// <summary>New flows are taken: a load balancer may send clients here.</summary>
    bool IsReady { get; }

    /// <summary>Writes every figure; no address and no key is among them.</summary>
    void Write(PrometheusWriter writer);
}
