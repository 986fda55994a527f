using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>Clients put recordings into the conversation: the recogniser finds their words, as it does for live speech.</summary>
public sealed class RecordedItemTests
{
    private readonly TestCall _call = new(TestCall.Config with
    {
        Settings = SessionSettings.Default with { Transcription = new TranscriptionSettings(null, "en", null) },
    });

    private void Create(string content, string role = "user") =>
        _call.Send($$$"""{"type":"conversation.item.create","item":{"id":"r","type":"message","role":"{{{role}}}","content":[{{{content}}}]}}""");

    private static string Recorded(int bytes) => $$"""{"type":"input_audio","audio":"{{Convert.ToBase64String(new byte[bytes])}}"}""";

    [Fact]
    [Shows(ApiPart.Item, "message, user: input_audio")]
    public void A_recording_is_recognised_and_the_reply_waits_for_its_words()
    {
        Create("""{"type":"input_text","text":"Listen:"},""" + Recorded(48_000));
        var recognize = _call.Commands.Select(entry => entry.Command).OfType<RecognizeItem>().Single();
        Assert.Equal(("r", "en"), (recognize.ItemId, recognize.Language));
        Assert.InRange(recognize.Samples.Length, 15_990, 16_010);
        _call.Send("""{"type":"response.create"}""");
        Assert.Empty(_call.Requests);

        _call.Session.HandleTranscript("r", new TranscriptFinal("what time is it"), _call.Now);
        _call.Settle();
        Assert.Equal("Listen: what time is it", ((MessageItem)_call.Requests.Single().History.Single()).Text);
        var completed = _call.Single("conversation.item.input_audio_transcription.completed");
        Assert.Equal(("r", "1", "what time is it", "1"), (completed["item_id"], completed["content_index"], completed["transcript"], completed["usage.seconds"]));
        _call.Send("""{"type":"conversation.item.retrieve","item_id":"r"}""");
        Assert.Equal("what time is it", _call.Single("conversation.item.retrieved")["item.content.1.transcript"]);
        Assert.Equal(64_000, _call.Single("conversation.item.retrieved")["item.content.1.audio"].Length, 64.0);
    }

    [Fact]
    public void A_recogniser_that_fails_fails_the_reply_that_needs_the_words()
    {
        Create(Recorded(4800));
        _call.Send("""{"type":"response.create"}""");
        _call.Session.HandleTranscript("r", new TranscriptFailed("down", "The recogniser is down."), _call.Now);
        _call.Settle();
        Assert.Equal("down", _call.Single("conversation.item.input_audio_transcription.failed")["error.code"]);
        Assert.Equal("failed", _call.Single("response.done")["response.status"]);
    }

    [Fact]
    public void With_a_transcript_the_sound_is_kept_and_not_recognised()
    {
        Create($$"""{"type":"input_audio","transcript":"hi","audio":"{{Convert.ToBase64String(new byte[4800])}}"}""");
        Assert.DoesNotContain(_call.Commands, entry => entry.Command is RecognizeItem);
        _call.Send("""{"type":"conversation.item.retrieve","item_id":"r"}""");
        Assert.Equal(6400, _call.Single("conversation.item.retrieved")["item.content.0.audio"].Length, 16.0);
    }

    [Fact]
    public void The_assistants_sound_is_kept_as_it_came()
    {
        var audio = Convert.ToBase64String([1, 2, 3, 4]);
        Create($$"""{"type":"output_audio","transcript":"hi","audio":"{{audio}}"}""", "assistant");
        _call.Send("""{"type":"conversation.item.retrieve","item_id":"r"}""");
        Assert.Equal(audio, _call.Single("conversation.item.retrieved")["item.content.0.audio"]);
    }

    [Fact]
    public void Deleting_it_stops_the_recogniser()
    {
        Create(Recorded(4800));
        _call.Send("""{"type":"conversation.item.delete","item_id":"r"}""");
        Assert.Equal(new DiscardUtterance("r"), _call.Commands[^1].Command);
    }

    [Fact]
    public void A_recording_of_more_than_three_minutes_is_refused()
    {
        var call = new TestCall(TestCall.Config with { AudioPath = AudioPath.Events });
        call.Send($$$"""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{{{Recorded(180 * 48_000 + 2)}}}]}}""");
        Assert.Equal(("item.content[0].audio", "string_above_max_length"), (call.Single("error")["error.param"], call.Single("error")["error.code"]));
    }

    [Fact]
    public void It_cannot_take_the_id_of_a_turn_that_is_under_way()
    {
        _call.User.Says("hello", from: 1, to: 2);
        _call.Run(1.5);
        var id = _call.Single("input_audio_buffer.speech_started")["item_id"];
        _call.Send($$$"""{"type":"conversation.item.create","item":{"id":"{{{id}}}","type":"message","role":"user","content":[{{{Recorded(4800)}}}]}}""");
        Assert.Equal("item_already_exists", _call.Single("error")["error.code"]);
        _call.Run(4);
        Assert.Contains("input_audio_buffer.committed", _call.Types);
    }

    [Fact]
    public void In_the_input_of_a_response_a_recording_needs_its_transcript()
    {
        _call.Send($$$"""{"type":"response.create","response":{"conversation":"none","input":[{"type":"message","role":"user","content":[{{{Recorded(4800)}}}]}]}}""");
        Assert.Equal("response.input[0].content[0].transcript", _call.Single("error")["error.param"]);
        Create(Recorded(4800));
        _call.Send("""{"type":"response.create","response":{"conversation":"none","input":[{"type":"item_reference","id":"r"}]}}""");
        _call.Session.HandleTranscript("r", new TranscriptFinal("hi"), _call.Now);
        _call.Settle();
        Assert.Equal("hi", ((MessageItem)_call.Requests.Single().History.Single()).Text);
    }
}
