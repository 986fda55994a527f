using Parley.Net.Impairment;
using Parley.Simulation;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver.Tests;

/// <summary>What a shard wants done with the TCP connections that its calls come over.</summary>
public sealed class TcpRoutingTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public void A_connection_is_kept_once_its_call_knows_it_and_closed_when_the_call_has_ended()
    {
        using var stage = MakeStage();
        var caller = CallThenMoveToTcp(stage, shard: 0);
        stage.RunFor(TimeSpan.FromSeconds(7));
        var connections = stage.Server.Connections;
        Assert.Equal([caller.Address], connections.Kept);
        Assert.Empty(connections.Closed);
        caller.Machine.Close(stage.Clock.Now);
        caller.Pump();
        stage.RunUntil(() => stage.Observer.Closed.Count == 1, Soon, "the end");
        Assert.Equal([caller.Address], connections.Closed);
        Assert.Empty(stage.Log.Faults);
    }

    [Fact]
    public void A_connection_to_another_shard_moves_to_the_calls_and_its_datagrams_are_not_copied()
    {
        using var stage = MakeStage(shards: 2);
        var caller = CallThenMoveToTcp(stage, shard: 1);
        stage.RunUntil(() => stage.Servers[1].Connections.Moved.Count > 0, Soon, "the move");
        Assert.All(stage.Servers[1].Connections.Moved, moved => Assert.Equal((caller.Address, stage.Servers[0]), moved));
        Assert.Empty(stage.Servers[1].Connections.Kept);
        stage.Connect(caller, LinkConditions.Perfect, stage.Servers[0]);
        stage.RunFor(TimeSpan.FromSeconds(7));
        Assert.Equal([caller.Address], stage.Servers[0].Connections.Kept);
        stage.RunFor(TimeSpan.FromSeconds(60));
        Assert.Empty(stage.Observer.Closed);
    }

    [Fact]
    public void A_call_whose_connection_is_gone_lives_on_and_the_address_is_free_for_another()
    {
        using var stage = MakeStage();
        var caller = CallThenMoveToTcp(stage, shard: 0);
        stage.RunFor(TimeSpan.FromSeconds(7));
        var connection = caller.Address;
        Assert.True(stage.Directory.TryFind(connection, out _));
        // Back to UDP.
        caller.Address = stage.NextAddress();
        stage.Connect(caller, LinkConditions.Perfect, stage.Server);
        // What was on its way over the connection comes before its end does.
        stage.RunFor(TimeSpan.FromMilliseconds(10));
        stage.Server.Shard.HandleDisconnected(connection);
        Assert.False(stage.Directory.TryFind(connection, out _));
        stage.RunFor(TimeSpan.FromSeconds(60));
        Assert.Empty(stage.Observer.Closed);
        Assert.False(stage.Directory.TryFind(connection, out _));
    }

    private static SimulatedCaller CallThenMoveToTcp(Stage stage, int shard)
    {
        var caller = stage.Call(shard: 0);
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        caller.Address = stage.NextAddress() with { Protocol = TransportProtocol.Tcp };
        stage.Connect(caller, LinkConditions.Perfect, stage.Servers[shard]);
        return caller;
    }

    private static Stage MakeStage(int shards = 1) => new(
        seed: 21, ScriptedModels.Create(new ScriptedRecognizer("hello"), new ScriptedChat(line => $"You said {line}.")), shards);
}
