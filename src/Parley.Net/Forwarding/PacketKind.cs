using System.Buffers.Binary;
using Parley.Net.Routes;

namespace Parley.Net.Forwarding;

/// <summary>What a forwarder sees in a packet without knowing its protocol. (RFC 7983 §7)</summary>
internal static class PacketKind
{
    private const uint MagicCookie = 0x2112A442;
    private const int StunHeaderLength = 20;
    private const ushort BindingRequest = 0x0001;
    private const ushort BindingSuccess = 0x0101;
    private const int RtpHeaderLength = 12;
    private const int RtpSsrcOffset = 8;
    private const int RtcpSsrcOffset = 4;

    public static bool IsStun(ReadOnlySpan<byte> packet) =>
        packet.Length >= StunHeaderLength && packet[0] <= 3 && BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) == MagicCookie;

    /// <summary>A connectivity check.</summary>
    public static bool IsBindingRequest(ReadOnlySpan<byte> packet) =>
        packet.Length >= StunHeaderLength && BinaryPrimitives.ReadUInt16BigEndian(packet) == BindingRequest
        && BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) == MagicCookie;

    /// <summary>The answer to a check that was authentic.</summary>
    public static bool IsBindingSuccess(ReadOnlySpan<byte> packet) =>
        packet.Length >= StunHeaderLength && BinaryPrimitives.ReadUInt16BigEndian(packet) == BindingSuccess;

    /// <summary>The sender's SSRC of SRTP or SRTCP, told apart as RFC 5761 §4 does.</summary>
    public static bool TryReadSsrc(ReadOnlySpan<byte> packet, out uint ssrc)
    {
        ssrc = 0;
        if (packet.Length < RtpHeaderLength || (packet[0] & 0xC0) != 0x80) return false;
        var isRtcp = packet[1] is >= 192 and <= 223;
        ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[(isRtcp ? RtcpSsrcOffset : RtpSsrcOffset)..]);
        return true;
    }

    /// <summary>
    /// A number that stays the same over the checks of one client to one call: USERNAME stands first in what the known stacks send, so the bytes behind the header
    /// are its head and the ufrag. Where it stands elsewhere the number changes more often than needed, which only costs a look. Never 0.
    /// </summary>
    public static uint FingerprintOf(ReadOnlySpan<byte> check)
    {
        const int HeadAndUfrag = 4 + SealedRoute.UfragLength;
        var name = check[StunHeaderLength..];
        var hash = 14695981039346656037UL;
        foreach (var each in name[..Math.Min(name.Length, HeadAndUfrag)]) hash = (hash ^ each) * 1099511628211UL;
        return (uint)(hash >> 32) | 1;
    }
}
