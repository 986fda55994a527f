namespace Parley.Net.Forwarding;

/// <summary>
/// Hashes of addresses and SSRCs under a random secret: whoever may choose his address still cannot choose who he collides with.
/// Two folded 128-bit products, as in wyhash.
/// </summary>
internal readonly struct AddressHash(IRandomSource random)
{
    private readonly ulong _first = random.NextUInt64() | 1;
    private readonly ulong _second = random.NextUInt64() | 1;
    private readonly ulong _third = random.NextUInt64() | 1;

    public ulong Of(in TransportAddress address)
    {
        var ends = (ulong)address.Port << 8 | (byte)address.Protocol;
        return Fold(Fold((ulong)address.Ip ^ _first, (ulong)(address.Ip >> 64) ^ _second) ^ ends, _third);
    }

    public ulong Of(uint ssrc) => Fold(ssrc ^ _first, _third);

    /// <summary>Of the network: an IPv4 /24 or an IPv6 /56, what one sender of inventions is likely to have.</summary>
    public ulong OfNetwork(in TransportAddress address) =>
        Fold((address.IsIPv4 ? (ulong)address.Ip >> 8 : (ulong)(address.Ip >> 72)) ^ _second, _third);

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
