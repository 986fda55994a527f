using Parley.Net.Impairment;
using Parley.Rtc;
using Parley.Simulation;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver.Tests.Echo;

[Collection(nameof(Alone))]
public sealed class EchoCallTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>More than the simulation around the call allocates while the call is measured.</summary>
    private const long NoCollectionBytes = 100 * 1024 * 1024;

    [Fact]
    public void What_is_said_comes_back_over_a_network_that_delays_and_loses()
    {
        using var stage = new Stage(41, models: null);
        var caller = stage.Call(new LinkConditions { Delay = TimeSpan.FromMilliseconds(80), Loss = 0.02 });
        stage.RunUntil(() => caller.Machine.State == PeerState.Connected, TimeSpan.FromSeconds(15), "the connection");
        var speech = Voice.Say("What time is it?");
        caller.Machine.Say(speech);
        stage.RunFor(TimeSpan.FromSeconds(10));
        Assert.InRange(Hearing.Correlation(caller.Heard, speech, TimeSpan.FromSeconds(2)), 0.9, 1);
        Assert.Empty(stage.Log.Faults);
    }

    [Fact]
    public void A_message_comes_back_as_it_was()
    {
        using var stage = new Stage(42, models: null);
        var caller = Connect(stage);
        const string message = """{"type":"greeting","text":"Grüße"}""";
        caller.Send(message);
        stage.RunUntil(() => caller.Has("greeting"), Soon, "the message");
        Assert.Equal(message, Assert.Single(caller.Events).Json);
    }

    [Fact]
    public void Audio_comes_back_in_the_server_s_own_stream_packet_by_packet()
    {
        using var stage = new Stage(43, models: null);
        var caller = Connect(stage);
        stage.RunFor(TimeSpan.FromSeconds(2));
        var stats = caller.Machine.Stats;
        stage.RunFor(TimeSpan.FromSeconds(10));
        var later = caller.Machine.Stats;
        Assert.Equal(500, later.PacketsReceived - stats.PacketsReceived);
        Assert.Equal(later.PacketsSent - stats.PacketsSent, later.PacketsReceived - stats.PacketsReceived);
        Assert.Equal(later.PayloadBytesSent - stats.PayloadBytesSent, later.PayloadBytesReceived - stats.PayloadBytesReceived);
        Assert.Equal(0, later.PacketsLost);
    }

    [Fact]
    public void A_packet_in_and_a_packet_out_allocate_nothing()
    {
        using var stage = new Stage(44, models: null);
        Connect(stage);
        stage.RunFor(TimeSpan.FromSeconds(2));
        var (allocated, received, sent) = (stage.Server.MediaAllocated, stage.Server.DatagramsIn, stage.Server.DatagramsOut);
        Assert.True(GC.TryStartNoGCRegion(NoCollectionBytes));
        // Up to the first heartbeat of the data channel's association, which is no media.
        stage.RunFor(TimeSpan.FromSeconds(25));
        GC.EndNoGCRegion();
        Assert.InRange(stage.Server.DatagramsIn - received, 1345, 1375);
        Assert.InRange(stage.Server.DatagramsOut - sent, 1345, 1375);
        Assert.Equal(0, stage.Server.MediaAllocated - allocated);
    }

    [Fact]
    public void A_hang_up_says_goodbye_to_the_client()
    {
        using var stage = new Stage(45, models: null);
        var caller = Connect(stage);
        stage.Server.TryPost(new HangUp(Assert.Single(stage.Directory.Entries), CallCloseReason.HungUp));
        stage.RunUntil(() => caller.Machine.ClosedBy is not null, Soon, "the goodbye");
        stage.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal([CallCloseReason.HungUp], stage.Observer.Closed);
        Assert.Equal(0, stage.Directory.Count);
    }

    [Fact]
    public void A_client_that_vanishes_is_gone_when_its_consent_expires()
    {
        using var stage = new Stage(46, models: null);
        Connect(stage).IsAlive = false;
        stage.RunFor(TimeSpan.FromSeconds(36));
        Assert.Equal([CallCloseReason.ConsentExpired], stage.Observer.Closed);
    }

    private static SimulatedCaller Connect(Stage stage)
    {
        var caller = stage.Call();
        stage.RunUntil(() => caller.Machine.IsChannelOpen, Soon, "the data channel");
        return caller;
    }
}
