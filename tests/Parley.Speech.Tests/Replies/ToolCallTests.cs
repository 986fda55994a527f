using System.ComponentModel;
using Microsoft.Extensions.AI;
using Parley.Conversation;

namespace Parley.Speech.Tests.Replies;

public sealed class ToolCallTests
{
    private static readonly FunctionTool ClientTool = new("lights", "Switches the lights.", """{"type":"object","properties":{"on":{"type":"boolean"}}}""");

    [Fact]
    public void A_tool_of_the_server_is_run_and_its_outcome_fed_back()
    {
        var bench = new ReplyBench(
            [ChatStep.Text("Let me look."), ChatStep.Call("call_1", "add", ("a", 2), ("b", 3)), ChatStep.Usage(10, 4)],
            [ChatStep.Text("It is five."), ChatStep.Usage(20, 5)]);
        bench.Tools.Add(AIFunctionFactory.Create((int a, int b) => a + b, "add"));
        Assert.Equal(new ReplyCompleted(new ReplyUsage(30, 9)), bench.Run(ReplyBench.Ask("Two and three?")));
        Assert.Equal("Let me look. It is five.", bench.Text);
        Assert.Equal(["Let me look.", "It is five."], bench.Voice.Clauses);
        Assert.DoesNotContain(bench.Events, reply => reply is ReplyToolCall);

        var second = bench.Chat.Requests[1].Messages;
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool], second.Select(message => message.Role));
        Assert.Equal("call_1", Assert.Single(second[1].Contents.OfType<FunctionCallContent>()).CallId);
        Assert.Equal("5", Assert.IsType<FunctionResultContent>(Assert.Single(second[2].Contents)).Result);
    }

    [Fact]
    public void A_tool_of_the_client_becomes_an_event_and_ends_the_reply()
    {
        var bench = new ReplyBench([ChatStep.Call("call_1", "lights", ("on", true))]);
        Assert.IsType<ReplyCompleted>(bench.Run(ReplyBench.Ask("Light!") with { Tools = [ClientTool] }));
        Assert.Equal(new ReplyToolCall("call_1", "lights", """{"on":true}"""), bench.Events[0]);
        Assert.Single(bench.Chat.Requests);
    }

    [Fact]
    public void The_clients_tool_wins_over_the_servers_of_the_same_name()
    {
        var ran = false;
        var bench = new ReplyBench([ChatStep.Call("call_1", "lights")]);
        bench.Tools.Add(AIFunctionFactory.Create(() => ran = true, "lights"));
        bench.Run(ReplyBench.Ask("Light!") with { Tools = [ClientTool] });
        Assert.False(ran);
        Assert.Contains(bench.Events, reply => reply is ReplyToolCall { Name: "lights", Arguments: "{}" });
        Assert.Equal("Switches the lights.", Assert.Single(bench.Chat.Requests[0].Options.Tools!).Description);
    }

    [Fact]
    public void A_tool_that_fails_or_does_not_exist_has_an_outcome_too()
    {
        var bench = new ReplyBench([ChatStep.Call("call_1", "broken"), ChatStep.Call("call_2", "nothing")], [ChatStep.Text("Sorry.")]);
        bench.Tools.Add(AIFunctionFactory.Create([Description("Fails.")] string () => throw new InvalidOperationException("no fuse"), "broken"));
        bench.Run(ReplyBench.Ask("Well?"));
        var outcomes = bench.Chat.Requests[1].Messages[^1].Contents.Cast<FunctionResultContent>().ToList();
        Assert.Equal(["call_1", "call_2"], outcomes.Select(outcome => outcome.CallId));
        Assert.Equal(["Error: the function failed: no fuse", "Error: there is no function named nothing."], outcomes.Select(outcome => outcome.Result));
    }

    [Fact]
    public void A_tool_that_hangs_is_given_up_at_its_deadline()
    {
        var bench = new ReplyBench([ChatStep.Call("call_1", "slow")], [ChatStep.Text("Sorry.")]);
        var wasCancelled = false;
        bench.Tools.Add(AIFunctionFactory.Create(async (CancellationToken cancellationToken) =>
        {
            using var registration = cancellationToken.Register(() => wasCancelled = true);
            await Task.Delay(TimeSpan.FromDays(1), bench.Time, cancellationToken);
        }, "slow"));
        var task = bench.Start(ReplyBench.Ask("Well?"));
        Assert.False(task.IsCompleted);
        bench.Advance(ReplyPipelineConfig.Default.ToolTimeout);
        Assert.True(task.IsCompletedSuccessfully);
        Assert.True(wasCancelled);
        Assert.Equal("Sorry.", bench.Heard);
    }

    [Fact]
    public void Rounds_are_bounded_and_the_last_one_may_not_call()
    {
        var bench = new ReplyBench([ChatStep.Call("call_1", "again")]) { Config = new ReplyPipelineConfig { MaxToolRounds = 2 } };
        var runs = 0;
        bench.Tools.Add(AIFunctionFactory.Create(() => ++runs, "again"));
        Assert.Equal("chat_tool_rounds", Assert.IsType<ReplyFailed>(bench.Run(ReplyBench.Ask("Well?"))).Code);
        Assert.Equal(2, runs);
        Assert.Equal([ChatToolMode.Auto, ChatToolMode.Auto, ChatToolMode.None], bench.Chat.Requests.Select(request => request.Options.ToolMode));
    }

    [Fact]
    public void A_required_call_is_required_once()
    {
        var bench = new ReplyBench([ChatStep.Call("call_1", "look")], [ChatStep.Text("Done.")]);
        bench.Tools.Add(AIFunctionFactory.Create(() => "seen", "look"));
        bench.Run(ReplyBench.Ask("Look!") with { ToolChoice = new ToolChoice(ToolChoiceMode.Function, "look") });
        Assert.Equal([ChatToolMode.RequireSpecific("look"), ChatToolMode.Auto], bench.Chat.Requests.Select(request => request.Options.ToolMode));
    }

    [Fact]
    public void A_call_without_an_id_gets_one()
    {
        var bench = new ReplyBench([ChatStep.Call("", "lights")]);
        bench.Run(ReplyBench.Ask("Light!") with { Tools = [ClientTool] });
        Assert.Equal("call_resp_1_0", bench.Events.OfType<ReplyToolCall>().Single().CallId);
    }
}
