using Parley.Rtc.Srtp;

namespace Parley.Rtc.Tests.Srtp;

/// <summary>
/// The test vectors of RFC 7714 §16 (SRTP) and §17 (SRTCP), with both implementations of AES-GCM. They give session keys, so
/// they are applied below the key derivation. Where §17's introduction prints another packet than its subsections use, the
/// subsections count.
/// </summary>
public sealed class Rfc7714Tests
{
    private const string Key128 = "000102030405060708090A0B0C0D0E0F";
    private const string Key256 = Key128 + "101112131415161718191A1B1C1D1E1F";
    private const string Salt = "517569642070726F2071756F"; // "Quid pro quo"
    private const uint RtpSsrc = 0x5501A0B2;
    private const uint RtcpSsrc = 0x4D617273; // "Mars"
    private const ushort Sequence = 0xF17B;
    private const uint RtcpIndex = 0x5D4;

    private const string RtpHeader = "8040F17B8041F8D35501A0B2";
    private const string Rtp = RtpHeader + "47616C6C696120657374206F6D6E69732064697669736120696E207061727465732074726573";
    private const string Srtp128 = RtpHeader
        + "F24DE3A3FB34DE6CACBA861C9D7E4BCABE633BD50D294E6F42A5F47A51C7D19B36DE3ADF8833" + "899D7F27BEB16A9152CF765EE4390CCE";
    private const string Srtp256 = RtpHeader
        + "32B1DE78A822FE12EF9F78FA332E33AAB18012389A58E2F3B50B2A0276FFAE0F1BA63799B87B" + "7AA3DB36DFFFD6B0F9BB7878D7A76C13";

    private const string RtcpHeader = "81C8000D4D617273";
    private const string Rtcp = RtcpHeader + "4E5450314E545032525450200000042A0000E9304C756E61DEADBEEFDEADBEEFDEADBEEFDEADBEEFDEADBEEF";
    private const string Srtcp128 = RtcpHeader
        + "63E94885DCDAB67CA727D7662F6B7E997FF5C0F76C06F32DC676A5F1730D6FDA4CE09B4686303DED0BB9275B"
        + "C84AA45896CF4D2FC5ABF87245D9EADE" + "800005D4";
    private const string Srtcp256 = RtcpHeader
        + "D50AE4D1F5CE5D304BA297E47D470C282C3ECE5DBFFE0A50A2EAA5C1110555BE8415F658C61DE0476F1B6FAD"
        + "1D1EB30C4446839F57FF6F6CB26AC3BE" + "800005D4";

    public static TheoryData<string, string, bool> SrtpVectors => new()
    {
        { Key128, Srtp128, true }, { Key128, Srtp128, false }, { Key256, Srtp256, true }, { Key256, Srtp256, false },
    };

    public static TheoryData<string, string, bool> SrtcpVectors => new()
    {
        { Key128, Srtcp128, true }, { Key128, Srtcp128, false }, { Key256, Srtcp256, true }, { Key256, Srtcp256, false },
    };

    public static TheoryData<string, string, bool> SrtpTags => new()
    {
        { Key128, "22493F82D2BCE397E9D79E3B19AA4216", true }, { Key128, "22493F82D2BCE397E9D79E3B19AA4216", false },
        { Key256, "A866D5910F887463067CEEFEC45215D4", true }, { Key256, "A866D5910F887463067CEEFEC45215D4", false },
    };

    public static TheoryData<string, string, bool> SrtcpTags => new()
    {
        { Key128, "841DD9683DD78EC92AE58790125F62B3", true }, { Key128, "841DD9683DD78EC92AE58790125F62B3", false },
        { Key256, "91DB4AFBFEEE5A978FAB4393ED2615FE", true }, { Key256, "91DB4AFBFEEE5A978FAB4393ED2615FE", false },
    };

    [Theory]
    [MemberData(nameof(SrtpVectors))]
    public void Sections_16_1_1_and_16_2_1_an_RTP_packet_is_protected_as_printed(string key, string expected, bool isPortable)
    {
        using var transform = Transform(key, isPortable);
        var packet = Hex(Rtp).Concat(new byte[16]).ToArray();
        transform.ProtectRtp(packet, 12, RtpSsrc, Sequence);
        Assert.Equal(expected, Convert.ToHexString(packet));
    }

    [Theory]
    [MemberData(nameof(SrtpVectors))]
    public void Sections_16_1_2_and_16_2_2_an_SRTP_packet_is_opened_as_printed(string key, string sealedPacket, bool isPortable)
    {
        using var transform = Transform(key, isPortable);
        var packet = Hex(sealedPacket);
        Assert.True(transform.TryUnprotectRtp(packet, 12, RtpSsrc, Sequence));
        Assert.Equal(Rtp, Convert.ToHexString(packet.AsSpan(0, packet.Length - 16)));
    }

    [Theory]
    [MemberData(nameof(SrtpTags))]
    public void Sections_16_1_3_to_16_2_4_a_tag_alone_covers_the_whole_packet(string key, string expected, bool isPortable)
    {
        using var cipher = Cipher(key, isPortable);
        var nonce = GcmNonce.Read(Hex("51753C6580C2726F20718414"));
        var tag = new byte[16];
        cipher.Seal(nonce, Hex(Rtp), [], tag);
        Assert.Equal(expected, Convert.ToHexString(tag));
        Assert.True(cipher.TryOpen(nonce, Hex(Rtp), [], tag));
    }

    [Theory]
    [MemberData(nameof(SrtcpVectors))]
    public void Section_17_an_RTCP_compound_is_protected_as_printed(string key, string expected, bool isPortable)
    {
        using var transform = Transform(key, isPortable);
        var packet = Hex(Rtcp).Concat(new byte[20]).ToArray();
        transform.ProtectRtcp(packet, RtcpSsrc, RtcpIndex);
        Assert.Equal(expected, Convert.ToHexString(packet));
    }

    [Theory]
    [MemberData(nameof(SrtcpVectors))]
    public void Section_17_an_SRTCP_packet_is_opened_as_printed(string key, string sealedPacket, bool isPortable)
    {
        using var transform = Transform(key, isPortable);
        var packet = Hex(sealedPacket);
        Assert.Equal(0x8000_0000 | RtcpIndex, transform.RtcpIndexWord(packet));
        Assert.True(transform.TryUnprotectRtcp(packet, RtcpSsrc));
        Assert.Equal(Rtcp, Convert.ToHexString(packet.AsSpan(0, packet.Length - 20)));
    }

    [Theory]
    [MemberData(nameof(SrtcpTags))]
    public void Sections_17_3_and_17_4_a_compound_that_is_only_tagged_is_accepted(string key, string tag, bool isPortable)
    {
        using var transform = Transform(key, isPortable);
        var packet = Hex(Rtcp + tag + "000005D4");
        Assert.True(transform.TryUnprotectRtcp(packet, RtcpSsrc));
        Assert.Equal(Rtcp, Convert.ToHexString(packet.AsSpan(0, packet.Length - 20)));
        packet[20] ^= 1;
        Assert.False(transform.TryUnprotectRtcp(packet, RtcpSsrc));
    }

    private static GcmTransform Transform(string key, bool isPortable) =>
        new(Cipher(key, isPortable), Hex(Salt), Cipher(key, isPortable), Hex(Salt));

    private static AesGcmCipher Cipher(string key, bool isPortable)
    {
        if (isPortable) return new PortableAesGcm(Hex(key));
        Assert.SkipUnless(IntrinsicAesGcm.IsSupported, "This processor lacks AES-NI or PCLMULQDQ.");
        return new IntrinsicAesGcm(Hex(key));
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
