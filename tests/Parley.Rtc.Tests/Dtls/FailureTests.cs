using System.Security.Cryptography;
using Parley.Net.Impairment;
using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Dtls;

public sealed class FailureTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_certificate_than_the_described_one_fails_both_sides_and_gives_no_keys(bool isClientDeceived)
    {
        using var stranger = DtlsCertificate.Create(DtlsPair.Epoch);
        var wrong = DtlsPair.FingerprintOf(stranger);
        using var pair = isClientDeceived ? new DtlsPair(clientExpects: wrong) : new DtlsPair(serverExpects: wrong);
        var (deceived, other) = isClientDeceived ? (pair.Client, pair.Server) : (pair.Server, pair.Client);
        pair.Start();
        pair.Clock.RunUntil(() => deceived.State == DtlsState.Failed && other.State == DtlsState.Failed, TimeSpan.FromSeconds(5), "failure");
        Assert.Equal(DtlsFailure.FingerprintMismatch, deceived.FailureReason);
        Assert.Equal(DtlsFailure.AlertReceived, other.FailureReason);
        Assert.Throws<InvalidOperationException>(deceived.ExportSrtpKeys);
        Assert.Throws<InvalidOperationException>(other.ExportSrtpKeys);
        Assert.False(deceived.TrySend([1]));
        Assert.True(deceived.NextDeadline.IsNone);
    }

    [Fact]
    public void A_peer_that_never_answers_fails_the_handshake_at_its_deadline()
    {
        using var pair = new DtlsPair(new LinkConditions { IsCut = true });
        pair.Start();
        pair.Clock.RunUntil(() => pair.Client.State == DtlsState.Failed && pair.Server.State == DtlsState.Failed, TimeSpan.FromSeconds(31), "giving up");
        Assert.Equal(30_000, pair.Clock.Now.TotalMilliseconds);
        Assert.Equal(DtlsFailure.HandshakeTimedOut, pair.Client.FailureReason);
        Assert.Equal(DtlsFailure.HandshakeTimedOut, pair.Server.FailureReason);
        Assert.True(pair.Client.NextDeadline.IsNone);
        // 100 ms doubling to a second, over 30 s.
        Assert.Equal(32, pair.Client.Counters[DtlsCounter.FlightsRepeated]);
    }

    [Fact]
    public void A_network_that_returns_after_twenty_seconds_still_connects()
    {
        using var pair = new DtlsPair(new LinkConditions { IsCut = true });
        pair.Clock.At(Instant.FromMilliseconds(20_000), () => pair.ToServer = pair.ToClient = LinkConditions.Perfect);
        pair.Connect();
        Assert.InRange(pair.Clock.Now.TotalMilliseconds, 20_000, 21_500);
    }

    [Fact]
    public void A_network_lost_in_the_middle_of_the_handshake_for_twenty_seconds_still_connects()
    {
        using var pair = new DtlsPair();
        pair.Start();
        pair.Clock.RunUntil(Instant.FromMilliseconds(50));
        pair.ToServer = pair.ToClient = new LinkConditions { IsCut = true };
        pair.Clock.RunUntil(Instant.FromMilliseconds(20_000));
        pair.ToServer = pair.ToClient = new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) };
        pair.Clock.RunUntil(() => pair.IsConnected, TimeSpan.FromSeconds(5), "the handshake");
    }

    [Fact]
    public void A_peer_with_no_common_SRTP_profile_fails()
    {
        using var client = OtherCertificates.Create("ecdsa", "SRTP_AES128_CM_SHA1_32\0"u8);
        using var pair = new DtlsPair(clientCertificate: client);
        pair.Start();
        pair.Clock.RunUntil(() => pair.Server.State == DtlsState.Failed, TimeSpan.FromSeconds(5), "failure");
        Assert.Equal(DtlsFailure.NoSrtpProfile, pair.Server.FailureReason);
    }

    [Theory]
    [InlineData("sha-256")]
    [InlineData("SHA-384")]
    [InlineData("sha-512")]
    public void Fingerprints_of_these_hashes_are_accepted(string algorithm)
    {
        var certificate = new byte[] { 1, 2, 3 };
        var hash = algorithm[^3..] switch
        {
            "256" => SHA256.HashData(certificate),
            "384" => SHA384.HashData(certificate),
            _ => SHA512.HashData(certificate),
        };
        Assert.True(DtlsFingerprint.TryParse($"{algorithm} {DtlsFingerprint.Format(hash)}", out var fingerprint));
        Assert.True(fingerprint!.Matches(certificate));
        Assert.False(fingerprint.Matches([1, 2, 4]));
        Assert.True(DtlsFingerprint.TryParse(algorithm, DtlsFingerprint.Format(hash).ToLowerInvariant(), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha-256")]
    [InlineData("sha-256 ")]
    [InlineData("sha-256 AB:CD")]
    [InlineData("sha-1 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13")]
    [InlineData("sha-256 00-01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F")]
    [InlineData("sha-256 0G:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F")]
    public void Other_fingerprints_are_refused(string attribute) => Assert.False(DtlsFingerprint.TryParse(attribute, out _));

    [Fact]
    public void A_missing_library_is_named_with_the_package_that_brings_it()
    {
        var exception = Assert.Throws<DllNotFoundException>(() => OpenSsl.EnsureLoaded("libssl-that-is-absent.so.3"));
        Assert.Contains("libssl3", exception.Message, StringComparison.Ordinal);
    }
}
