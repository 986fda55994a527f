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

    [Fact]
    public void When_only_the_last_flight_is_lost_the_client_repeats_its_own_and_gets_it_again()
    {
        using var pair = new DtlsPair();
        var lost = 0;
        pair.Wire = (from, _) => from != pair.Server || pair.Server.State != DtlsState.Connected || ++lost > 1;
        pair.Connect();
        Assert.Equal(1, pair.Client.Counters[DtlsCounter.FlightsRepeated]);
        Assert.Equal(0, pair.Server.Counters[DtlsCounter.FlightsRepeated]);
    }
}
