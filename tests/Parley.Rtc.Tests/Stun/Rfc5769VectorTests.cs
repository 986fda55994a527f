using System.Net;
using Parley.Rtc.Stun;

namespace Parley.Rtc.Tests.Stun;

/// <summary>The short-term credential vectors of RFC 5769 §2.1 to §2.3.</summary>
public sealed class Rfc5769VectorTests
{
    internal const string Password = "VOkJxbRl1RmTxUk/WvJxBt";

    internal static readonly byte[] Request = Convert.FromHexString(
        "000100582112A442B7E7A701BC34D686FA87DFAE"
        + "802200105354554E207465737420636C69656E74"
        + "002400046E0001FF"
        + "80290008932FF9B151263B36"
        + "000600096576746A3A68367659202020"
        + "000800149AEAA70CBFD8CB56781EF2B5B2D3F249C1B571A2"
        + "80280004E57A3BCF");

    private static readonly byte[] ResponseIPv4 = Convert.FromHexString(
        "0101003C2112A442B7E7A701BC34D686FA87DFAE"
        + "8022000B7465737420766563746F7220"
        + "002000080001A147E112A643"
        + "000800142B91F599FD9E90C38C7489F92AF9BA53F06BE7D7"
        + "80280004C07D4C96");

    private static readonly byte[] ResponseIPv6 = Convert.FromHexString(
        "010100482112A442B7E7A701BC34D686FA87DFAE"
        + "8022000B7465737420766563746F7220"
        + "002000140002A1470113A9FAA5D3F179BC25F4B5BED2B9D9"
        + "00080014A382954E4BE67BF11784C97C8292C275BFE3ED41"
        + "80280004C8FB0B4C");

    [Fact]
    public void The_sample_request_parses_and_its_integrity_holds()
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(Request, out var message));
        Assert.Equal(StunMessageType.BindingRequest, message.Type);
        Assert.Equal("evtj:h6vY"u8, message.Username);
        Assert.Equal(0x6E0001FFu, message.Priority);
        Assert.Equal(0x932FF9B151263B36ul, message.IceControlled);
        Assert.Null(message.IceControlling);
        Assert.True(message.HasFingerprint);
        Assert.Equal(0, message.UnknownCount);
        Assert.True(Verify(message, Password));
        Assert.False(Verify(message, "VOkJxbRl1RmTxUk/WvJxBu"));
    }

    [Fact]
    public void The_sample_IPv4_response_gives_the_mapped_address()
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(ResponseIPv4, out var message));
        Assert.Equal(StunMessageType.BindingSuccess, message.Type);
        Assert.Equal(TransportAddress.From(IPAddress.Parse("192.0.2.1"), 32853), message.XorMappedAddress);
        Assert.True(Verify(message, Password));
    }

    [Fact]
    public void The_sample_IPv6_response_gives_the_mapped_address()
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(ResponseIPv6, out var message));
        Assert.Equal(TransportAddress.From(IPAddress.Parse("2001:db8:1234:5678:11:2233:4455:6677"), 32853), message.XorMappedAddress);
        Assert.True(Verify(message, Password));
    }

    private static bool Verify(in StunMessage message, string password)
    {
        using var integrity = new StunIntegrity(password);
        return integrity.Verify(message);
    }
}
