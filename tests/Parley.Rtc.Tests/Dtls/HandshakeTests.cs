using Parley.Net.Impairment;
using Parley.Rtc.Dtls;
using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Dtls;

public sealed class HandshakeTests
{
    [Fact]
    public void A_handshake_on_a_perfect_link_takes_two_round_trips_and_repeats_nothing()
    {
        using var pair = new DtlsPair(new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) });
        pair.Connect();
        Assert.Equal(80, pair.Clock.Now.TotalMilliseconds);
        Assert.Equal(0, pair.Client.Counters[DtlsCounter.FlightsRepeated] + pair.Server.Counters[DtlsCounter.FlightsRepeated]);
        Assert.True(pair.Client.NextDeadline.IsNone && pair.Server.NextDeadline.IsNone);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    public void Every_handshake_completes_at_this_loss(double loss)
    {
        for (ulong seed = 0; seed < 40; seed++)
        {
            using var pair = new DtlsPair(new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = loss }, seed);
            pair.Connect();
        }
    }

    [Theory]
    [InlineData(0.05, 3)]
    [InlineData(0.1, 4)]
    public void Every_handshake_completes_through_bursts_of_loss_reordering_and_duplicates(double burstStart, double burstLength)
    {
        for (ulong seed = 0; seed < 40; seed++)
        {
            var conditions = new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(40), BurstStart = burstStart, BurstLength = burstLength,
                Reordering = 0.3, Duplication = 0.1,
            };
            using var pair = new DtlsPair(conditions, seed);
            pair.Connect();
        }
    }

    [Fact]
    public void Both_sides_export_the_same_keys_crosswise()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var client = pair.Client.ExportSrtpKeys();
        var server = pair.Server.ExportSrtpKeys();
        Assert.Equal(SrtpProfile.AeadAes128Gcm, pair.Client.SrtpProfile);
        Assert.Equal(client.LocalKey, server.RemoteKey);
        Assert.Equal(client.LocalSalt, server.RemoteSalt);
        Assert.Equal(client.RemoteKey, server.LocalKey);
        Assert.Equal(client.RemoteSalt, server.LocalSalt);
        Assert.NotEqual(client.LocalKey, client.RemoteKey);
    }

    /// <summary>
    /// The server has all it needs, so it drops what it has seen; only a Finished in a new record makes it answer again.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void When_only_the_last_flight_is_lost_the_client_repeats_its_own_and_gets_it_again(int losses)
    {
        using var pair = new DtlsPair(new LinkConditions { Delay = TimeSpan.FromMilliseconds(1) });
        pair.Wire = (from, _) => from != pair.Server || pair.Server.State != DtlsState.Connected
            || pair.Client.Counters[DtlsCounter.FlightsRepeated] >= losses;
        pair.Connect();
        Assert.Equal(losses, pair.Client.Counters[DtlsCounter.FlightsRepeated]);
        Assert.Equal(0, pair.Server.Counters[DtlsCounter.FlightsRepeated]);
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public void Every_kind_of_certificate_and_fragment_size_connects_under_loss_reordering_and_duplication(string kind, int mtu)
    {
        using var client = OtherCertificates.Create(kind);
        using var server = OtherCertificates.Create(kind);
        var conditions = new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(60), Loss = 0.1, Reordering = 0.5, Duplication = 0.2,
        };
        for (ulong seed = 0; seed < 10; seed++)
        {
            var sent = 0;
            using var pair = new DtlsPair(conditions, seed, client, server, mtu: mtu);
            pair.Wire = (_, datagram) =>
            {
                sent++;
                Assert.InRange(datagram.Length, 1, mtu);
                return true;
            };
            pair.Connect();
            if (kind == "large" || mtu < 300) Assert.True(sent > 8, $"{sent} datagrams: nothing was fragmented");
        }
    }

    [Fact]
    public void A_ClientHello_in_several_datagrams_is_put_together_in_any_order()
    {
        using var pair = new DtlsPair();
        using var small = new DtlsEndpoint(DtlsPair.ClientCertificate, DtlsRole.Client, DtlsPair.FingerprintOf(DtlsPair.ServerCertificate), mtu: 256);
        small.Start(default);
        var fragments = Poll(small);
        // OpenSSL's ClientHello fits 256 bytes: it is cut by hand, as a browser cuts one of more than 1200.
        var hello = Assert.Single(fragments);
        foreach (var fragment in ClientHelloFragments.Of(hello, 60).Reverse()) pair.Server.HandleDatagram(fragment, default);
        Assert.Equal(DtlsState.Handshaking, pair.Server.State);
        Assert.NotEmpty(Poll(pair.Server));
    }

    [Fact]
    public void The_second_choice_is_taken_when_the_peer_lacks_the_first()
    {
        using var client = OtherCertificates.Create("ecdsa", "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM\0"u8);
        using var pair = new DtlsPair(clientCertificate: client);
        pair.Connect();
        Assert.Equal(SrtpProfile.AeadAes256Gcm, pair.Server.SrtpProfile);
        Assert.Equal(32, pair.Server.ExportSrtpKeys().LocalKey.Length);
        Assert.Equal(12, pair.Client.ExportSrtpKeys().LocalSalt.Length);
    }

    [Fact]
    public void Copies_of_the_flight_with_the_clients_Finished_have_fresh_record_numbers()
    {
        using var pair = new DtlsPair();
        var sequences = new List<string>();
        pair.Wire = (from, datagram) =>
        {
            // From the client's second flight on nothing arrives.
            if (from != pair.Client || datagram[13] == 1) return sequences.Count == 0;
            sequences.Add(Convert.ToHexString(datagram, 3, 8));
            return false;
        };
        pair.Start();
        pair.Clock.RunUntil(Instant.FromMilliseconds(5000));
        Assert.True(sequences.Count > 5);
        Assert.Equal(sequences.Count, sequences.Distinct().Count());
    }

    public static TheoryData<string, int> Certificates => new()
    {
        { "ecdsa", 1200 }, { "ecdsa", 256 }, { "rsa", 1200 }, { "large", 1200 }, { "large", 300 },
    };

    private static List<byte[]> Poll(DtlsEndpoint endpoint)
    {
        var datagrams = new List<byte[]>();
        var buffer = new byte[1500];
        while (endpoint.TryPollTransmit(buffer, out var length)) datagrams.Add(buffer[..length]);
        return datagrams;
    }
}
