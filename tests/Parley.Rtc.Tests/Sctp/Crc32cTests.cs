using System.Text;
using CsCheck;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Tests.Sctp;

public sealed class Crc32cTests
{
    /// <summary>RFC 3720 appendix B.4, and the check value of the CRC catalogues.</summary>
    [Fact]
    public void The_published_vectors_hold()
    {
        Assert.Equal(0xE3069283u, Crc32c.Of(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32c.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32c.Of(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32c.Of(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        Assert.Equal(0x113FDB5Cu, Crc32c.Of(Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray()));
    }

    [Fact]
    public void It_agrees_with_a_bitwise_computation_at_every_length() =>
        Gen.Byte.Array[0, 70].Sample(bytes => Assert.Equal(Bitwise(bytes), Crc32c.Of(bytes)), seed: "0000000000001");

    [Fact]
    public void A_packet_is_summed_with_its_checksum_field_as_zero()
    {
        var packet = Enumerable.Range(0, 40).Select(i => (byte)i).ToArray();
        var zeroed = packet.ToArray();
        zeroed.AsSpan(8, 4).Clear();
        Assert.Equal(Bitwise(zeroed), Crc32c.OfPacket(packet));
    }

    private static uint Bitwise(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }
}
