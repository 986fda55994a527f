using System.Net;

namespace Parley.Hosting.Configuration;

/// <summary>In which region a client is, by its address: the longest prefix that holds it. Immutable.</summary>
public sealed class RegionMap
{
    private readonly (IPNetwork Network, string Region)[] _networks;

    private RegionMap((IPNetwork, string)[] networks) => _networks = networks;

    internal static RegionMap Empty { get; } = new([]);

    /// <exception cref="ConfigurationException">With what to change.</exception>
    internal static RegionMap From(IReadOnlyDictionary<string, string> regions, IReadOnlyList<Ingress> ingresses)
    {
        var known = ingresses.Select(ingress => ingress.Region).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var networks = new List<(IPNetwork, string)>();
        foreach (var (prefix, region) in regions)
        {
            if (!IPNetwork.TryParse(prefix, out var network))
                throw new ConfigurationException($"server.regions: '{prefix}' is not a network such as 198.51.100.0/24 or 2001:db8::/32.");
            if (!known.Contains(region))
                throw new ConfigurationException($"server.regions: '{prefix}' is in the region '{region}', and no address of server.relayAdvertise is. Known are: {string.Join(", ", known)}.");
            networks.Add((network, region));
        }
        return new RegionMap([.. networks.OrderByDescending(entry => entry.Item1.PrefixLength)]);
    }

    /// <summary>Null: no network of the map holds the address.</summary>
    public string? RegionOf(IPAddress? address)
    {
        if (address is null) return null;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var (network, region) in _networks)
            if (network.Contains(address)) return region;
        return null;
    }
}
