using System.Buffers.Binary;

namespace Parley.Transceiver.Routing;

/// <summary>The one thing that routing reads of SRTP and SRTCP: whose packet it claims to be. Nothing is believed before its tag is verified.</summary>
internal static class MediaPacket
{
    /// <summary>The sender's SSRC, which both leave in the clear. (RFC 3711 §3.1, §3.4; told apart by RFC 7983 §7 and RFC 5761 §4)</summary>
    public static bool TryReadSsrc(ReadOnlySpan<byte> packet, out uint ssrc)
    {
        ssrc = 0;
        if (packet.Length < 12 || packet[0] is < 128 or > 191) return false;
        ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[(packet[1] is >= 192 and <= 223 ? 4 : 8)..]);
        return true;
    }
}
