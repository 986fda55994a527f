using Parley.Conversation;

namespace Parley.Realtime.Tests;

public sealed class UsageTests
{
    private readonly TestCall _call = new();

    private ReceivedEvent Spoken(ReplyUsage counted)
    {
        _call.User.Says("what time is it", from: 1, to: 2);
        _call.Replies.Add(ScriptedReply.Says("It is noon", end: new ReplyCompleted(counted)));
        return _call.Run(6).Single("response.done");
    }

    [Fact]
    public void Text_is_what_the_model_counted_and_speech_is_counted_by_its_length()
    {
        var done = Spoken(new ReplyUsage(120, 10));
        // The user's item is 1.8 s long, ten tokens a second; the answer 0.9 s, twenty a second.
        Assert.Equal(("120", "18"), (done["response.usage.input_token_details.text_tokens"], done["response.usage.input_token_details.audio_tokens"]));
        Assert.Equal(("10", "18"), (done["response.usage.output_token_details.text_tokens"], done["response.usage.output_token_details.audio_tokens"]));
        Assert.Equal(("138", "28", "166"), (done["response.usage.input_tokens"], done["response.usage.output_tokens"], done["response.usage.total_tokens"]));
    }

    [Fact]
    public void Tokens_that_the_model_had_from_before_are_told()
    {
        var done = Spoken(new ReplyUsage(120, 10, CachedInputTokens: 100));
        Assert.Equal("100", done["response.usage.input_token_details.cached_tokens"]);
        Assert.Equal(("100", "0", "0"), (done["response.usage.input_token_details.cached_tokens_details.text_tokens"],
            done["response.usage.input_token_details.cached_tokens_details.audio_tokens"], done["response.usage.input_token_details.cached_tokens_details.image_tokens"]));
        Assert.Equal("0", done["response.usage.input_token_details.image_tokens"]);
    }

    [Fact]
    public void A_response_that_was_cancelled_has_an_estimate()
    {
        _call.Send("""{"type":"response.create","response":{"instructions":"Be brief now","output_modalities":["text"]}}""");
        _call.Reply(_call.Requests.Single().ResponseId, new ReplyText("Once upon a time"));
        _call.Send("""{"type":"response.cancel"}""");
        var done = _call.Single("response.done");
        Assert.Equal(("3", "4"), (done["response.usage.input_tokens"], done["response.usage.output_tokens"]));
    }

    [Fact]
    public void A_response_for_which_no_model_was_asked_has_no_usage()
    {
        _call.Recognize = _ => null;
        _call.User.Says("hello", from: 1, to: 2);
        _call.Run(3);
        _call.Send("""{"type":"response.cancel"}""");
        Assert.Equal("null", _call.Single("response.done")["response.usage"]);
    }

    [Fact]
    public void A_truncated_item_counts_with_the_audio_that_was_heard()
    {
        Spoken(new ReplyUsage(1, 1));
        _call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{_call.Single("response.output_item.done")["item.id"]}}","content_index":0,"audio_end_ms":300}""");
        _call.Send("""{"type":"response.create","response":{"output_modalities":["text"]}}""");
        _call.Reply(_call.Requests.Last().ResponseId, new ReplyCompleted(new ReplyUsage(1, 1)));
        Assert.Equal((18 + 6).ToString(System.Globalization.CultureInfo.InvariantCulture), _call.Last("response.done")["response.usage.input_token_details.audio_tokens"]);
    }
}
