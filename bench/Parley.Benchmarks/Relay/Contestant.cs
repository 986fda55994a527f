namespace Parley.Benchmarks.Relay;

/// <summary>Which forwarder, and how it works.</summary>
internal sealed record Contestant(string Name, bool IsC, bool Bundles = false)
{
    /// <summary>Drains its sockets each millisecond, as ours does when much arrives.</summary>
    public static readonly Contestant C = new("c", IsC: true);

    public static readonly Contestant Plain = new("plain", IsC: false);

    public static readonly Contestant Bundling = new("bundling", IsC: false, Bundles: true);
}
