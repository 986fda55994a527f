using Parley.Conversation;
using Parley.Realtime;
using Parley.Simulation;
using Parley.Speech;
using Parley.Speech.Mcp;
using Parley.Transceiver.Models;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

/// <summary>What a session wants of MCP servers is done off the shard, and its outcome comes back.</summary>
public sealed class McpPortTests : IDisposable
{
    private static readonly McpServer Shop = new("shop", new Uri("https://shop.example/mcp"));

    private readonly ModelPump _pump = new();
    private readonly FaultLog _log = new();
    private readonly UtteranceAudio.BlockPool _blocks = new();
    private readonly ScriptedMcp _mcp = new();
    private readonly ModelPort _port;
    private int _rings;

    public McpPortTests()
    {
        var models = new ModelSet(new ScriptedRecognizer("?"), new ScriptedChat(_ => "yes"), new ToneSynthesizer(), []) { Mcp = _mcp };
        _port = new ModelPort(
            models, new ReplyPipeline(models, new VirtualTimeProvider(new VirtualClock())), new PumpStarter(_pump), _blocks, new ModelBell(() => _rings++), _log);
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_list_and_a_call_bring_their_outcomes_over_one_set_of_connections()
    {
        Assert.True(_port.TryExecuteMcp(new ListMcpTools("list", Shop)));
        Assert.True(_port.TryExecuteMcp(new CallMcpTool("call", Shop, "look", """{"q":1}""")));
        Assert.Equal(2, _port.JobsUnderWay);
        _pump.RunUntilQuiescent();
        Assert.Equal(1, _rings);
        Assert.Equal([("list", (McpOutcome)_mcp.Tools), ("call", new McpToolCalled("""look {"q":1}"""))], Take());
        Assert.Equal(0, _port.JobsUnderWay);
        Assert.Equal(1, _mcp.Opened);
    }

    [Fact]
    public void Other_commands_are_left_to_others() => Assert.False(_port.TryExecuteMcp(new CancelReply("resp")));

    [Fact]
    public void What_is_no_longer_wanted_is_cancelled_and_brings_nothing()
    {
        _mcp.Hangs = true;
        _port.TryExecuteMcp(new CallMcpTool("call", Shop, "look", "{}"));
        _pump.RunUntilQuiescent();
        _port.TryExecuteMcp(new CancelMcp("call"));
        _pump.RunUntilQuiescent();
        Assert.True(_mcp.WasCancelled);
        Assert.Empty(Take());
        Assert.Equal(0, _port.JobsUnderWay);
    }

    [Fact]
    public void Closing_cancels_and_closes_the_connections()
    {
        _mcp.Hangs = true;
        _port.TryExecuteMcp(new ListMcpTools("list", Shop));
        _pump.RunUntilQuiescent();
        _port.Close();
        _pump.RunUntilQuiescent();
        Assert.True(_mcp is { WasCancelled: true, IsClosed: true });
        Assert.Equal(0, _port.JobsUnderWay);
    }

    [Fact]
    public void A_call_without_mcp_opens_nothing()
    {
        _port.Close();
        _pump.RunUntilQuiescent();
        Assert.Equal(0, _mcp.Opened);
    }

    [Fact]
    public void A_flaw_of_the_connections_is_an_outcome_and_is_logged()
    {
        _mcp.Flaw = new InvalidOperationException("a flaw");
        _port.TryExecuteMcp(new CallMcpTool("call", Shop, "look", "{}"));
        _pump.RunUntilQuiescent();
        Assert.Equal(McpErrorKind.Protocol, Assert.IsType<McpFailed>(Assert.Single(Take()).Outcome).Error.Kind);
        Assert.Single(_log.Faults);
    }

    private List<(string Id, McpOutcome Outcome)> Take()
    {
        var brought = new List<(string, McpOutcome)>();
        while (_port.TryPollEvent(out var e)) brought.Add((e.Id, e.Mcp!));
        return brought;
    }

    private sealed class ScriptedMcp : IMcpConnector, IMcpConnections
    {
        public McpToolsListed Tools { get; } = new([new McpTool("look", "Looks.", "{}", null, IsReadOnly: true)]);

        public int Opened { get; private set; }

        public bool Hangs { get; set; }

        public Exception? Flaw { get; set; }

        public bool WasCancelled { get; private set; }

        public bool IsClosed { get; private set; }

        public IMcpConnections Open()
        {
            Opened++;
            return this;
        }

        public Task<McpOutcome> ListToolsAsync(McpServer server, CancellationToken cancellationToken) => AnswerAsync(Tools, cancellationToken);

        public Task<McpOutcome> CallToolAsync(McpServer server, string tool, string arguments, CancellationToken cancellationToken) =>
            AnswerAsync(new McpToolCalled($"{tool} {arguments}"), cancellationToken);

        public ValueTask DisposeAsync()
        {
            IsClosed = true;
            return default;
        }

        private async Task<McpOutcome> AnswerAsync(McpOutcome outcome, CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (Flaw is not null) throw Flaw;
            if (!Hangs) return outcome;
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }
            finally
            {
                WasCancelled = cancellationToken.IsCancellationRequested;
            }
            return outcome;
        }
    }
}
