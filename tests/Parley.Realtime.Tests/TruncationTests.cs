using Parley.Conversation;

namespace Parley.Realtime.Tests;

/// <summary>A conversation that is longer than the model's context.</summary>
public sealed class TruncationTests
{
    // Instructions of 10 tokens, and items of 4 + 6 = 10.
    private const string Instructions = "Instructions of forty characters, about.";

    private static TestCall Talk(int items, string truncation, int maxInputTokens = 60)
    {
        var call = new TestCall(TestCall.Config with { MaxInputTokens = maxInputTokens });
        call.Send($$$$"""{"type":"session.update","session":{"type":"realtime","output_modalities":["text"],"instructions":"{{{{Instructions}}}}","truncation":{{{{truncation}}}}}}""");
        Say(call, items);
        return call;
    }

    private static void Say(TestCall call, int items, int from = 0)
    {
        for (var i = from; i < from + items; i++)
            call.Send($$$$"""{"type":"conversation.item.create","item":{"id":"i{{{{i}}}}","type":"message","role":"user","content":[{"type":"input_text","text":"number {{{{i:00}}}}, twenty-four c"}]}}""");
    }

    private static string[] Respond(TestCall call)
    {
        call.Send("""{"type":"response.create"}""");
        call.Reply(call.Requests.Last().ResponseId, new ReplyCompleted(default));
        return [.. call.Requests.Last().History.Select(item => item.Id)];
    }

    [Fact]
    public void What_fits_is_shown_whole() => Assert.Equal(["i0", "i1", "i2", "i3", "i4"], Respond(Talk(5, "\"auto\"")));

    [Fact]
    public void By_itself_as_many_of_the_oldest_are_left_out_as_have_to_be() => Assert.Equal(["i2", "i3", "i4", "i5", "i6"], Respond(Talk(7, "\"auto\"")));

    [Fact]
    public void The_items_that_a_model_does_not_see_stay_in_the_conversation()
    {
        var call = Talk(7, "\"auto\"");
        Respond(call);
        call.Send("""{"type":"conversation.item.retrieve","item_id":"i0"}""");
        Assert.Equal("i0", call.Single("conversation.item.retrieved")["item.id"]);
    }

    [Fact]
    public void With_truncation_disabled_a_response_that_does_not_fit_fails_and_the_session_goes_on()
    {
        var call = Talk(6, "\"disabled\"");
        call.Send("""{"type":"response.create"}""");
        var done = call.Single("response.done");
        Assert.Equal(("failed", "context_length_exceeded"), (done["response.status"], done["response.status_details.error.code"]));
        Assert.Equal("invalid_request_error", done["response.status_details.error.type"]);
        Assert.Empty(call.Requests);
        call.Send("""{"type":"conversation.item.delete","item_id":"i0"}""");
        Assert.Equal(["i1", "i2", "i3", "i4", "i5"], Respond(call));
    }

    [Fact]
    [Shows(ApiPart.SessionField, "truncation")]
    public void A_retention_ratio_leaves_out_more_at_once_and_the_rest_stays_the_same_for_a_while()
    {
        var call = Talk(6, """{"type":"retention_ratio","retention_ratio":0.6}""");
        Assert.Equal(["i3", "i4", "i5"], Respond(call));
        Say(call, 1, from: 6);
        Assert.Equal(["i3", "i4", "i5", "i6"], Respond(call));
        Say(call, 1, from: 7);
        Assert.Equal(["i3", "i4", "i5", "i6", "i7"], Respond(call));
        Say(call, 1, from: 8);
        Assert.Equal(["i6", "i7", "i8"], Respond(call));
    }

    [Fact]
    public void A_limit_of_its_own_counts_only_what_is_beside_the_instructions() =>
        Assert.Equal(["i3", "i4", "i5"], Respond(Talk(6, """{"type":"retention_ratio","retention_ratio":1.0,"token_limits":{"post_instructions":30}}""")));

    [Fact]
    public void A_limit_above_the_context_is_the_context() =>
        Assert.Equal(5, Respond(Talk(9, """{"type":"retention_ratio","retention_ratio":1.0,"token_limits":{"post_instructions":3000}}""")).Length);

    [Fact]
    public void The_newest_item_stays_however_long_it_is() => Assert.Equal(["i3"], Respond(Talk(4, "\"auto\"", maxInputTokens: 5)));

    [Fact]
    public void A_call_leaves_only_together_with_its_output()
    {
        var call = Talk(0, "\"auto\"");
        call.Send("""{"type":"conversation.item.create","item":{"id":"call","type":"function_call","call_id":"c","name":"look","arguments":"{}"}}""");
        Say(call, 3);
        call.Send("""{"type":"conversation.item.create","item":{"id":"output","type":"function_call_output","call_id":"c","output":"twenty-four characters.."}}""");
        Assert.Equal(["call", "output", "i0", "i1", "i2"], Respond(call));
        Say(call, 1, from: 3);
        Assert.Equal(["i0", "i1", "i2", "i3"], Respond(call));
        Say(call, 1, from: 4);
        Assert.Equal(["i0", "i1", "i2", "i3", "i4"], Respond(call));
    }

    [Fact]
    public void An_input_of_its_own_is_cut_for_its_response_alone()
    {
        var call = Talk(5, "\"auto\"");
        var references = string.Join(',', Enumerable.Range(0, 5).Concat([0, 1]).Select(i => $$"""{"type":"item_reference","id":"i{{i}}"}"""));
        call.Send($$$$"""{"type":"response.create","response":{"conversation":"none","input":[{{{{references}}}}]}}""");
        Assert.Equal(["i2", "i3", "i4", "i0", "i1"], call.Requests.Last().History.Select(item => item.Id));
        Assert.Equal(5, Respond(call).Length);
    }

    [Fact]
    public void Tools_take_their_share_of_the_context()
    {
        var call = Talk(5, "\"auto\"");
        call.Send("""{"type":"session.update","session":{"type":"realtime","tools":[{"type":"function","name":"look","description":"four","parameters":{"type":"object"}}]}}""");
        Assert.Equal(["i2", "i3", "i4"], Respond(call));
    }
}
