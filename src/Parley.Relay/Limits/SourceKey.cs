namespace Parley.Relay.Limits;

/// <summary>Whom a limit is for: an IPv4 address, or an IPv6 /64, because one host has all addresses of it.</summary>
public static class SourceKey
{
    public static UInt128 Of(TransportAddress source) => source.IsIPv4 ? source.Ip : source.Ip >> 64 << 64;
}
