using System.Text.RegularExpressions;
using Parley.Realtime;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests.Relayed;

/// <summary>Calls by way of relays: set up, restarted relays, clients that move, TCP.</summary>
public sealed partial class RelayedCallTests
{
    private const string Speak = """{"type":"response.create"}""";

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(1, 1, true)]
    [InlineData(3, 2, false)]
    public async Task A_call_by_way_of_a_relay_carries_audio_and_messages_both_ways_and_ends_at_both_ends(int shards, int workers, bool isAuthenticated)
    {
        using var log = new FaultLog();
        await using var stage = new RelayedStage(log, shards, isAuthenticated);
        using var relay = stage.StartRelay(workers: workers);
        using var client = new LoopbackClient(stage.Transceiver, config: Echo(RelayedStage.CandidatesOf(relay)));
        Assert.True(CallId.TryParse(client.CallId, out var id));
        Assert.Equal((RelayedStage.Cluster, RelayedStage.Node), (id.Cluster, id.Node));
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 50, "50 packets of audio");
        Assert.Equal(LoopbackCallerShard.Message, await client.Shard.Returned.WaitAsync(LoopbackClient.Hang, TestContext.Current.CancellationToken));
        Assert.True(stage.Transceiver.HangUp(client.CallId));
        await client.Shard.IsGone.WaitAsync(LoopbackClient.Hang, TestContext.Current.CancellationToken);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_client_that_UDP_does_not_reach_comes_over_the_relays_TCP_port()
    {
        using var log = new FaultLog();
        await using var stage = new RelayedStage(log);
        using var relay = stage.StartRelay();
        using var client = new LoopbackClient(stage.Transceiver, answer => UdpCandidate().Replace(answer, ""), config: Echo(RelayedStage.CandidatesOf(relay)));
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 50, "50 packets of audio");
        Assert.Equal(LoopbackCallerShard.Message, await client.Shard.Returned.WaitAsync(LoopbackClient.Hang, TestContext.Current.CancellationToken));
        Assert.Equal(1, relay.FlowCount);
        Assert.True(stage.Transceiver.HangUp(client.CallId));
        await client.Shard.IsGone.WaitAsync(LoopbackClient.Hang, TestContext.Current.CancellationToken);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_relay_that_restarts_while_the_agent_speaks_has_the_flow_again_without_a_word_of_the_client()
    {
        using var log = new FaultLog();
        await using var stage = new RelayedStage(log);
        var relay = stage.StartRelay();
        using var nat = new NatBox(relay.Addresses.Udp);
        using var client = new LoopbackClient(stage.Transceiver, message: Speak, config: Speaking([nat.Address]));
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 25, "the agent's voice");
        // Not a word of the client helps.
        nat.IsHoldingBack = true;
        relay = relay.Restart();
        var heard = client.Shard.PacketsHeard;
        await client.UntilAsync(() => client.Shard.PacketsHeard >= heard + 25, "the agent's voice after the restart");
        nat.IsHoldingBack = false;
        await AssertHearsOnAsync(client);
        // The transceiver's answer and the agent's next packet are on their way at the same time.
        Assert.True(await relay.CountAsync("flows_recalled") + await relay.CountAsync("flows_relearned") > 0);
        relay.Dispose();
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_relay_that_restarts_while_nobody_answers_learns_the_flow_from_the_clients_next_check()
    {
        using var log = new FaultLog();
        await using var stage = new RelayedStage(log);
        var relay = stage.StartRelay();
        using var client = new LoopbackClient(stage.Transceiver, config: Echo(RelayedStage.CandidatesOf(relay)));
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 25, "the first audio");
        relay = relay.Restart();
        await AssertHearsOnAsync(client);
        relay.Dispose();
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_client_that_gets_another_port_is_heard_on_by_its_SSRC()
    {
        using var log = new FaultLog();
        await using var stage = new RelayedStage(log);
        using var relay = stage.StartRelay();
        using var nat = new NatBox(relay.Addresses.Udp);
        using var client = new LoopbackClient(stage.Transceiver, config: Echo([nat.Address]));
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 25, "the first audio");
        nat.Rebind();
        await AssertHearsOnAsync(client);
        Assert.Equal(1, await relay.CountAsync("flows_moved"));
        Assert.Equal(1, stage.Transceiver.Stats.CallsOpen);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_call_goes_on_by_the_second_relay_when_the_first_is_gone_for_good()
    {
        using var log = new FaultLog();
        await using var stage = new RelayedStage(log, shards: 2);
        var first = stage.StartRelay();
        using var second = stage.StartRelay();
        using var client = new LoopbackClient(stage.Transceiver, config: Echo(RelayedStage.CandidatesOf(first, second)));
        await client.UntilAsync(() => client.Shard.PacketsHeard >= 25, "the first audio");
        first.Dispose();
        await AssertHearsOnAsync(client);
        Assert.Equal(1, stage.Transceiver.Stats.CallsOpen);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task Many_calls_share_datagrams_and_each_hears_itself()
    {
        const int Calls = 12;
        using var log = new FaultLog();
        await using var stage = new RelayedStage(log, shards: 2);
        using var relay = stage.StartRelay(workers: 2);
        var clients = Enumerable.Range(0, Calls)
            .Select(i => new LoopbackClient(stage.Transceiver, message: $$"""{"type":"greeting","from":{{i}}}""", config: Echo(RelayedStage.CandidatesOf(relay)))).ToList();
        for (var i = 0; i < Calls; i++)
        {
            await clients[i].UntilAsync(() => clients[i].Shard.PacketsHeard >= 25, "audio");
            Assert.Equal($$"""{"type":"greeting","from":{{i}}}""", await clients[i].Shard.Returned.WaitAsync(LoopbackClient.Hang, TestContext.Current.CancellationToken));
        }
        await stage.Transceiver.DrainAsync(LoopbackClient.Hang, TestContext.Current.CancellationToken);
        foreach (var client in clients) await client.Shard.IsGone.WaitAsync(LoopbackClient.Hang, TestContext.Current.CancellationToken);
        clients.ForEach(client => client.Dispose());
        Assert.Empty(log.Faults);
    }

    [GeneratedRegex("^a=candidate:\\S+ 1 udp .*\r\n", RegexOptions.Multiline)]
    private static partial Regex UdpCandidate();

    private static async Task AssertHearsOnAsync(LoopbackClient client)
    {
        var heard = client.Shard.PacketsHeard;
        await client.UntilAsync(() => client.Shard.PacketsHeard >= heard + 25, "audio from then on");
    }

    private static CallConfig Echo(IReadOnlyList<TransportAddress> candidates) =>
        new() { Session = new RealtimeSessionConfig { CreatedAt = DateTimeOffset.UnixEpoch }, Models = null, Candidates = candidates };

    /// <summary>An agent that, once asked, speaks for minutes.</summary>
    private static CallConfig Speaking(IReadOnlyList<TransportAddress> candidates) => Echo(candidates) with
    {
        Models = ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => string.Join(' ', Enumerable.Repeat("word", 400)))),
    };
}
