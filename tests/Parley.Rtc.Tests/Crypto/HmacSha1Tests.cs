using System.Security.Cryptography;
using Parley.Rtc.Crypto;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Crypto;

/// <summary>Both implementations against the vectors of RFC 2202 §3, and against the platform's.</summary>
public sealed class HmacSha1Tests
{
    public static TheoryData<bool> Paths => [true, false];

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_digests_of_RFC_2202_are_as_printed(bool isPortable)
    {
        Assert.Equal("B617318655057264E28BC0B6FB378C8EF146BE00", Digest(isPortable, Repeat(0x0B, 20), "Hi There"u8.ToArray()));
        Assert.Equal("EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79", Digest(isPortable, "Jefe"u8.ToArray(), "what do ya want for nothing?"u8.ToArray()));
        Assert.Equal("125D7342B9AC11CD91A39AF48AA17B4F63F175D3", Digest(isPortable, Repeat(0xAA, 20), Repeat(0xDD, 50)));
        Assert.Equal("4C9007F4026250C6BC8414F9BF50C86C2D7235DA",
            Digest(isPortable, Convert.FromHexString("0102030405060708090A0B0C0D0E0F10111213141516171819"), Repeat(0xCD, 50)));
        Assert.Equal("4C1A03424B55E07FE7F27BE1D58BB9324A9A5A04", Digest(isPortable, Repeat(0x0C, 20), "Test With Truncation"u8.ToArray()));
        Assert.Equal("AA4AE5E15272D00E95705637CE8A3B55ED402112",
            Digest(isPortable, Repeat(0xAA, 80), "Test Using Larger Than Block-Size Key - Hash Key First"u8.ToArray()));
        Assert.Equal("E8E99D0F45237D786D6BBAA7965C7808BBFF1A91",
            Digest(isPortable, Repeat(0xAA, 80), "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data"u8.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Packets_of_every_length_in_two_parts_have_the_digest_of_the_whole(bool isPortable)
    {
        var random = new SeededRandom(8);
        var key = new byte[20];
        random.Fill(key);
        using var hmac = Create(isPortable, key);
        Span<byte> digest = stackalloc byte[HmacSha1.Length];
        for (var length = 0; length <= 1300; length++)
        {
            var message = new byte[length];
            random.Fill(message);
            var cut = random.NextInt(length + 1);
            hmac.Compute(message.AsSpan(0, cut), message.AsSpan(cut), digest);
#pragma warning disable CA5350 // The profile's algorithm.
            Assert.Equal(HMACSHA1.HashData(key, message), digest);
#pragma warning restore CA5350
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_key_that_is_used_once_gives_the_same_digest(bool isPortable)
    {
        var random = new SeededRandom(9);
        Span<byte> digest = stackalloc byte[HmacSha1.Length];
        for (var length = 0; length <= 600; length += 7)
        {
            var (key, message) = (new byte[1 + (length % 64)], new byte[length]);
            random.Fill(key);
            random.Fill(message);
            if (isPortable) PortableHmacSha1.HashOnce(key, message, digest);
            else HmacSha1.HashData(key, message, digest);
            Assert.Equal(Digest(isPortable, key, message), Convert.ToHexString(digest));
        }
    }

    private static string Digest(bool isPortable, byte[] key, byte[] message)
    {
        using var hmac = Create(isPortable, key);
        var digest = new byte[HmacSha1.Length];
        hmac.Compute(message, [], digest);
        return Convert.ToHexString(digest);
    }

    private static HmacSha1 Create(bool isPortable, byte[] key)
    {
        if (isPortable) return new PortableHmacSha1(key);
        Assert.SkipUnless(OpenSslHmacSha1.IsSupported, "This system has no libcrypto with SHA-1 functions.");
        return new OpenSslHmacSha1(key);
    }

    private static byte[] Repeat(byte value, int count)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, value);
        return bytes;
    }
}
