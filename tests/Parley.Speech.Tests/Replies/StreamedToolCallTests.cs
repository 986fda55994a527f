using Microsoft.Extensions.AI;
using Parley.Conversation;

namespace Parley.Speech.Tests.Replies;

/// <summary>Arguments of a client's function that are told while the model writes them.</summary>
public sealed class StreamedToolCallTests
{
    private static readonly FunctionTool Lights = new("lights", "Switches the lights.", """{"type":"object","properties":{"on":{"type":"boolean"}}}""");

    private static ReplyRequest Ask => ReplyBench.Ask("Light!") with { Tools = [Lights] };

    private static IEnumerable<ReplyEvent> Calls(ReplyBench bench) =>
        bench.Events.Where(reply => reply is ReplyToolCallDelta or ReplyToolCall or ReplyToolCallDropped);

    [Fact]
    public void Each_piece_is_told_as_it_comes_and_the_whole_call_as_it_was_told()
    {
        var bench = new ReplyBench(
            [ChatStep.CallPiece(0, "call_1", "lights", ""), ChatStep.CallPiece(0, null, null, "{ \"on\":"), ChatStep.CallPiece(0, null, null, " true }"),
             ChatStep.Call("call_1", "lights", ("on", true))]);
        Assert.IsType<ReplyCompleted>(bench.Run(Ask));
        Assert.Equal(
            [
                new ReplyToolCallDelta("call_1", "lights", ""), new ReplyToolCallDelta("call_1", "lights", "{ \"on\":"),
                new ReplyToolCallDelta("call_1", "lights", " true }"), new ReplyToolCall("call_1", "lights", "{ \"on\": true }"),
            ],
            Calls(bench));
    }

    [Fact]
    public void A_piece_is_told_before_the_model_has_written_the_next()
    {
        var bench = new ReplyBench([ChatStep.CallPiece(0, "call_1", "lights", "{"), ChatStep.Hang()]);
        bench.Start(Ask);
        Assert.Equal(new ReplyToolCallDelta("call_1", "lights", "{"), Assert.Single(bench.Events));
    }

    [Fact]
    public void Two_calls_side_by_side_are_told_apart_even_when_the_model_gives_them_one_id_or_none()
    {
        var bench = new ReplyBench(
            [ChatStep.CallPiece(0, "c", "lights", "{}"), ChatStep.CallPiece(1, "c", "lights", "{ }"), ChatStep.CallPiece(2, null, "lights", "{  }"),
             ChatStep.Call("c", "lights"), ChatStep.Call("c", "lights"), ChatStep.Call("", "lights")]);
        bench.Run(Ask);
        Assert.Equal([("c", "{}"), ("call_resp_1_1", "{ }"), ("call_resp_1_2", "{  }")],
            Calls(bench).OfType<ReplyToolCall>().Select(call => (call.CallId, call.Arguments)));
        Assert.Equal(["c", "call_resp_1_1", "call_resp_1_2"], Calls(bench).OfType<ReplyToolCallDelta>().Select(delta => delta.CallId));
    }

    [Fact]
    public void A_name_that_comes_late_is_waited_for()
    {
        var bench = new ReplyBench([ChatStep.CallPiece(0, "call_1", "", "{"), ChatStep.CallPiece(0, null, "lights", "}"), ChatStep.Call("call_1", "lights")]);
        bench.Run(Ask);
        Assert.Equal([new ReplyToolCallDelta("call_1", "lights", "{}"), new ReplyToolCall("call_1", "lights", "{}")], Calls(bench));
    }

    [Fact]
    public void What_the_server_runs_itself_is_not_told()
    {
        var bench = new ReplyBench(
            [ChatStep.CallPiece(0, "call_1", "look", "{}"), ChatStep.Call("call_1", "look")], [ChatStep.Text("Seen.")]);
        bench.Tools.Add(AIFunctionFactory.Create(() => "seen", "look"));
        bench.Run(Ask);
        Assert.Empty(Calls(bench));
    }

    [Fact]
    public void A_function_that_nobody_offered_is_not_told_and_the_model_may_try_again()
    {
        var bench = new ReplyBench(
            [ChatStep.CallPiece(0, "call_1", "explode", "{}"), ChatStep.Call("call_1", "explode")], [ChatStep.Text("I cannot do that.")]);
        bench.Run(Ask);
        Assert.Empty(Calls(bench));
        Assert.Equal("I cannot do that.", bench.Text);
    }

    [Fact]
    public void Arguments_that_are_no_json_drop_the_call_that_was_told_and_the_model_tries_again()
    {
        var bench = new ReplyBench(
            [ChatStep.CallPiece(0, "call_1", "lights", "{\"on\": maybe"), ChatStep.BadCall("call_1", "lights")],
            [ChatStep.Call("call_2", "lights", ("on", true))]);
        bench.Run(Ask);
        Assert.Equal(
            [new ReplyToolCallDelta("call_1", "lights", "{\"on\": maybe"), new ReplyToolCallDropped("call_1"), new ReplyToolCall("call_2", "lights", """{"on":true}""")],
            Calls(bench));
        Assert.Contains("not a JSON object", (string)((FunctionResultContent)bench.Chat.Requests[1].Messages[^1].Contents[0]).Result!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_that_the_token_limit_cut_off_is_not_made()
    {
        var bench = new ReplyBench(
            [ChatStep.CallPiece(0, "call_1", "lights", "{\"o"), ChatStep.Finish(ChatFinishReason.Length), ChatStep.BadCall("call_1", "lights")]);
        Assert.Equal(ReplyLimit.OutputTokens, Assert.IsType<ReplyCompleted>(bench.Run(Ask)).Limit);
        Assert.Equal([new ReplyToolCallDelta("call_1", "lights", "{\"o")], Calls(bench));
        Assert.Single(bench.Chat.Requests);
    }

    [Fact]
    [Shows(ApiPart.SessionField, "parallel_tool_calls")]
    public void Without_parallel_calls_only_the_first_is_told_and_made()
    {
        var bench = new ReplyBench(
            [ChatStep.CallPiece(0, "call_1", "lights", "{}"), ChatStep.CallPiece(1, "call_2", "lights", "{}"),
             ChatStep.Call("call_1", "lights"), ChatStep.Call("call_2", "lights")]);
        bench.Run(Ask with { ParallelToolCalls = false });
        Assert.Equal([new ReplyToolCallDelta("call_1", "lights", "{}"), new ReplyToolCall("call_1", "lights", "{}")], Calls(bench));
        Assert.False(bench.Chat.Requests[0].Options.AllowMultipleToolCalls);
    }

    [Theory]
    [InlineData(ToolChoiceMode.Auto)]
    [InlineData(ToolChoiceMode.None)]
    [InlineData(ToolChoiceMode.Required)]
    [Shows(ApiPart.SessionField, "tool_choice")]
    public void The_choice_of_tools_reaches_the_model(ToolChoiceMode mode)
    {
        var bench = new ReplyBench([ChatStep.Text("Yes.")]);
        bench.Run(Ask with { ToolChoice = new ToolChoice(mode) });
        ChatToolMode expected = mode switch { ToolChoiceMode.None => ChatToolMode.None, ToolChoiceMode.Required => ChatToolMode.RequireAny, _ => ChatToolMode.Auto };
        Assert.Equal(expected, bench.Chat.Requests[0].Options.ToolMode);
    }

    [Fact]
    public void A_choice_that_names_no_tool_fails_the_reply_before_the_model_is_asked()
    {
        var bench = new ReplyBench([ChatStep.Text("Yes.")]);
        var failed = Assert.IsType<ReplyFailed>(bench.Run(Ask with { ToolChoice = new ToolChoice(ToolChoiceMode.Function, "doors") }));
        Assert.Equal("invalid_tool_choice", failed.Code);
        Assert.Contains("doors", failed.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Chat.Requests);
    }

    [Fact]
    [Shows(ApiPart.SessionField, "reasoning")]
    public void The_effort_of_reasoning_reaches_the_model()
    {
        var bench = new ReplyBench([ChatStep.Text("Yes.")]);
        bench.Run(Ask with { ReasoningEffort = Conversation.ReasoningEffort.High });
        Assert.Equal(Microsoft.Extensions.AI.ReasoningEffort.High, bench.Chat.Requests[0].Options.Reasoning!.Effort);
    }
}
