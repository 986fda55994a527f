using Parley.Rtc.Srtp;

namespace Parley.Rtc.Tests.Srtp;

/// <summary>The test vectors of RFC 3711 appendix B, and RFC 6188 §7.2 for the derivation with 256-bit keys.</summary>
public sealed class Rfc3711Tests
{
    private const string MasterKey = "E1F97A0D3E018BE0D64FA32C06DE4139";
    private const string MasterSalt = "0EC675AD498AFEEBB6960B3AABE6";

    public static TheoryData<bool> Paths => [true, false];

    [Theory]
    [MemberData(nameof(Paths))]
    public void B2_the_key_stream_of_65282_blocks_is_as_printed(bool isPortable)
    {
        using var cipher = Counter(Hex("2B7E151628AED2A6ABF7158809CF4F3C"), isPortable);
        var keystream = new byte[65282 * 16];
        cipher.Apply(Hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"), keystream);
        Assert.Equal("E03EAD0935C95E80E166B16DD92B4EB4", Block(0));
        Assert.Equal("D23513162B02D0F72A43A2FE4A5F97AB", Block(1));
        Assert.Equal("41E95B3BB0A2E8DD477901E4FCA894C0", Block(2));
        Assert.Equal("EC8CDF7398607CB0F2D21675EA9EA1E4", Block(0xFEFF));
        Assert.Equal("362B7C3C6773516318A077D7FC5073AE", Block(0xFF00));
        Assert.Equal("6A2CC3787889374FBEB4C81B17BA6C44", Block(0xFF01));

        string Block(int index) => Convert.ToHexString(keystream, index * 16, 16);
    }

    [Fact]
    public void B3_the_session_keys_are_as_printed()
    {
        Assert.Equal("C61E7A93744F39EE10734AFE3FF7A087", Derive(SrtpKeyDerivation.RtpCipherKey, 16));
        Assert.Equal("30CBBC08863D8C85D49DB34A9AE1", Derive(SrtpKeyDerivation.RtpSalt, 14));
        Assert.Equal(
            "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF7227098"
            + "6371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2",
            Derive(SrtpKeyDerivation.RtpAuthenticationKey, 94));

        static string Derive(byte label, int length) =>
            Convert.ToHexString(SrtpKeyDerivation.Derive(Hex(MasterKey), Hex(MasterSalt), label, length));
    }

    [Fact]
    public void RFC_6188_a_256_bit_master_key_derives_as_printed()
    {
        var key = Hex("F0F04914B513F2763A1B1FA130F10E2998F6F6E43E4309D1E622A0E332B9F1B6");
        var salt = Hex("3B04803DE51EE7C96423AB5B78D2");
        Assert.Equal("5BA1064E30EC51613CAD926C5A28EF731EC7FB397F70A960653CAF06554CD8C4",
            Convert.ToHexString(SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtpCipherKey, 32)));
        Assert.Equal("FA31791685CA444A9E07C6C64E93",
            Convert.ToHexString(SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtpSalt, 14)));
    }

    [Fact]
    public void Both_counter_modes_agree_over_random_lengths()
    {
        var random = new Simulation.SeededRandom(6);
        for (var i = 0; i < 500; i++)
        {
            var key = new byte[i % 2 == 0 ? 16 : 32];
            var initial = new byte[16];
            var text = new byte[random.NextInt(600)];
            random.Fill(key);
            random.Fill(initial);
            random.Fill(text);
            var other = text.ToArray();
            using var intrinsic = Counter(key, isPortable: false);
            using var portable = Counter(key, isPortable: true);
            intrinsic.Apply(initial, text);
            portable.Apply(initial, other);
            Assert.Equal(other, text);
        }
    }

    private static AesCounterCipher Counter(byte[] key, bool isPortable)
    {
        if (isPortable) return new PortableAesCounter(key);
        Assert.SkipUnless(IntrinsicAes.IsSupported, "This processor has no AES instructions.");
        return new IntrinsicAesCounter(key);
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
