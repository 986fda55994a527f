using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Parley.Net.Routes;
using Parley.Simulation;

namespace Parley.Net.Tests.Routes;

public sealed class SealedRouteTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_route_goes_through_the_ufrag_and_comes_out_again()
    {
        var rig = new RouteRig();
        Gen.Select(Gen.UShort, Gen.UShort, Gen.Int[1, 100_000]).Sample((cluster, node, minutes) =>
        {
            var credentials = rig.Sealer.Seal(cluster, node, TimeSpan.FromMinutes(minutes));
            Assert.Equal(RouteStatus.Ok, rig.Open(credentials.Ufrag, out var route));
            Assert.Equal(cluster, route.Cluster);
            Assert.Equal(node, route.Node);
            Assert.Equal(rig.Time.GetUtcNow().AddMinutes(minutes), route.ExpiresAt);
        }, threads: 1);
    }

    [Fact]
    public void Ufrag_and_password_have_only_characters_of_ice_and_their_lengths()
    {
        var rig = new RouteRig();
        for (var i = 0; i < 200; i++)
        {
            var credentials = rig.Sealer.Seal(1, 7, Hour);
            Assert.Matches("^[A-Za-z0-9+/]{44}$", credentials.Ufrag);
            Assert.Matches("^[A-Za-z0-9+/]{32}$", credentials.Password);
        }
    }

    [Fact]
    public void The_layout_is_the_documented_one()
    {
        var rig = new RouteRig();
        var credentials = rig.Sealer.Seal(0x0102, 0x0304, Hour);
        var bytes = Convert.FromBase64String(credentials.Ufrag);
        Assert.Equal(33, bytes.Length);
        Assert.Equal(0x10, bytes[0]);
        var secret = SecretOf(rig.Ring);
        Span<byte> text = stackalloc byte[8];
        using var gcm = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "parley route seal v1"u8.ToArray()), 12);
        gcm.Decrypt(bytes.AsSpan(1, 12), bytes.AsSpan(13, 8), bytes.AsSpan(21, 12), text, bytes.AsSpan(0, 1));
        Assert.Equal(0x0102, BinaryPrimitives.ReadUInt16BigEndian(text));
        Assert.Equal(0x0304, BinaryPrimitives.ReadUInt16BigEndian(text[2..]));
        var expiry = (uint)(rig.Time.GetUtcNow() + Hour - DateTimeOffset.UnixEpoch).TotalMinutes;
        Assert.Equal(expiry, BinaryPrimitives.ReadUInt32BigEndian(text[4..]));
        var passwordKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "parley ice password v1"u8.ToArray());
        Assert.Equal(Convert.ToBase64String(HMACSHA256.HashData(passwordKey, bytes))[..32], credentials.Password);
    }

    [Fact]
    public void The_password_follows_from_the_ufrag_alone()
    {
        var rig = new RouteRig();
        var credentials = rig.Sealer.Seal(1, 7, Hour);
        var password = new byte[SealedRoute.PasswordLength];
        Assert.True(rig.Opener.TryWritePassword(RouteRig.Bytes(credentials.Ufrag), password));
        Assert.Equal(credentials.Password, Encoding.ASCII.GetString(password));
        Assert.False(rig.Opener.TryWritePassword("short"u8, password));
    }

    [Fact]
    public void Two_routes_to_one_place_share_nothing_that_a_stranger_could_see()
    {
        var rig = new RouteRig();
        var first = rig.Sealer.Seal(1, 7, Hour);
        var second = rig.Sealer.Seal(1, 7, Hour);
        Assert.NotEqual(first.Ufrag, second.Ufrag);
        Assert.NotEqual(first.Password, second.Password);
        Assert.NotEqual(Convert.FromBase64String(first.Ufrag)[13..21], Convert.FromBase64String(second.Ufrag)[13..21]);
    }

    [Fact]
    public void Every_changed_bit_breaks_the_seal()
    {
        var rig = new RouteRig();
        var bytes = Convert.FromBase64String(rig.Sealer.Seal(1, 7, Hour).Ufrag);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            // The first byte names version and key, so that a change there is noticed sooner.
            var expected = bit switch
            {
                < 4 => RouteStatus.UnknownKey,
                < 8 => RouteStatus.Malformed,
                _ => RouteStatus.NotAuthentic,
            };
            Assert.Equal(expected, rig.Open(Convert.ToBase64String(bytes), out var route));
            Assert.Equal(default, route);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_route_holds_until_its_minute_and_then_no_more()
    {
        var rig = new RouteRig();
        rig.Clock.RunFor(TimeSpan.FromSeconds(30));
        var ufrag = rig.Sealer.Seal(1, 7, TimeSpan.FromMinutes(2)).Ufrag;
        rig.Clock.RunFor(TimeSpan.FromSeconds(149));
        Assert.Equal(RouteStatus.Ok, rig.Open(ufrag));
        rig.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(RouteStatus.Expired, rig.Open(ufrag, out var route));
        Assert.Equal(7, route.Node);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("EAAAAAAAAAAAAAAAAAAAAA  AAAAAAAAAAAAAAAAAAAA")]
    [InlineData("EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n")]
    [InlineData("EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-_AA")]
    [InlineData("EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_route_is_malformed(string ufrag) => Assert.Equal(RouteStatus.Malformed, new RouteRig().Open(ufrag));

    [Fact]
    public void Random_bytes_are_refused_and_nothing_is_thrown()
    {
        var rig = new RouteRig();
        Gen.Byte.Array[0, 300].Sample(bytes => Assert.NotEqual(RouteStatus.Ok, rig.Opener.Open(bytes, out _)), threads: 1);
        var header = new byte[] { 0x10 };
        Gen.Byte.Array[32].Sample(
            bytes => Assert.Equal(RouteStatus.NotAuthentic, rig.Open(Convert.ToBase64String([.. header, .. bytes]))), threads: 1);
    }

    [Fact]
    public void Opening_allocates_nothing_whatever_comes_of_it()
    {
        var rig = new RouteRig();
        var good = RouteRig.Bytes(rig.Sealer.Seal(1, 7, Hour).Ufrag);
        var forged = RouteRig.Bytes(rig.Sealer.Seal(1, 7, Hour).Ufrag);
        forged[20] ^= 1;
        var malformed = "never a route"u8.ToArray();
        rig.Opener.Open(good, out _);
        var bytes = AllocationMeter.Undisturbed(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                rig.Opener.Open(good, out _);
                rig.Opener.Open(forged, out _);
                rig.Opener.Open(malformed, out _);
            }
        });
        Assert.Equal(0, bytes);
    }

    private static byte[] SecretOf(RouteKeyRing ring) => ring.Keys[0].Secret.ToArray();
}
