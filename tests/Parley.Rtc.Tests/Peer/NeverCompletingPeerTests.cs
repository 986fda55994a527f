using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>A remote that begins and never completes costs a bounded number of packets, and is given up at the connect time-out.</summary>
public sealed class NeverCompletingPeerTests
{
    /// <summary>In 30 s: answers to checks, and a flight that is repeated once a second.</summary>
    private const int MostDatagrams = 200;

    public enum Silence
    {
        /// <summary>Checks come, but nothing of DTLS.</summary>
        OfDtls,

        /// <summary>DTLS begins, and its last flights never come.</summary>
        OfTheKeyExchange,

        /// <summary>Only the first check came.</summary>
        AfterTheFirstCheck,
    }

    [Theory]
    [InlineData(Silence.OfDtls, SetupPreference.Active)]
    [InlineData(Silence.OfDtls, SetupPreference.Passive)]
    [InlineData(Silence.OfTheKeyExchange, SetupPreference.Active)]
    [InlineData(Silence.OfTheKeyExchange, SetupPreference.Passive)]
    [InlineData(Silence.AfterTheFirstCheck, SetupPreference.Active)]
    [InlineData(Silence.AfterTheFirstCheck, SetupPreference.Passive)]
    public void It_is_given_up_at_the_connect_time_out_and_costs_few_packets(Silence silence, SetupPreference setup)
    {
        using var pair = new PeerPair(
            3, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) }, callee: config => config with { SetupPreference = setup });
        var (handshakePackets, packets, sent) = (0, 0, 0);
        pair.Caller.Sending = (packet, _) => silence switch
        {
            Silence.OfDtls => packet[0] < 4,
            Silence.OfTheKeyExchange => packet[0] < 4 || handshakePackets++ < 1,
            _ => packets++ < 1,
        };
        pair.Callee.Sending = (_, _) =>
        {
            sent++;
            return true;
        };
        pair.Start();
        pair.Clock.RunFor(TimeSpan.FromSeconds(29.9));
        Assert.Equal(PeerState.Connecting, pair.Callee.Peer.State);
        pair.Clock.RunFor(TimeSpan.FromSeconds(0.2));
        var closed = Assert.Single(pair.Callee.Of(PeerEventKind.Closed));
        Assert.Equal(PeerCloseReason.ConnectTimedOut, closed.Event.CloseReason);
        Assert.InRange(sent, 1, MostDatagrams);
        Assert.True(pair.Callee.Peer.NextDeadline.IsNone);
        Assert.False(pair.Callee.Peer.TryPollTransmit(new byte[RtcPeer.MaxDatagramLength], out _));
    }

    [Fact]
    public void One_whose_data_channels_never_come_up_is_still_heard()
    {
        using var pair = new PeerPair(4, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) });
        // Application data of DTLS, which is SCTP, is lost from the caller; everything else arrives.
        pair.Caller.Sending = (packet, _) => packet[0] != 23;
        pair.Connect();
        for (var i = 0; i < 500; i++)
        {
            pair.Caller.Peer.TrySendAudio([1, 2, 3], (uint)i * 960, marker: false, pair.Clock.Now);
            pair.Caller.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
        }
        Assert.Equal(PeerState.Connected, pair.Callee.Peer.State);
        Assert.InRange(pair.Callee.Of(PeerEventKind.AudioReceived).Count(), 498, 500);
        Assert.False(pair.Callee.Has(PeerEventKind.ChannelOpened));
    }
}
