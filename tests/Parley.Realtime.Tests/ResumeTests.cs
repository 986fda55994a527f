using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>A session outlives its connection: what it was is in a snapshot, and another connection goes on with it.</summary>
public sealed class ResumeTests
{
    private const string Story = "once upon a time there was a fox who lived in the wood";

    private static TestCall Resumed(TestCall call, RealtimeSessionConfig? config = null)
    {
        call.Session.Close(call.Now);
        call.Settle();
        return new TestCall(config, resumed: call.Session.Snapshot());
    }

    private static List<string> Texts(TestCall call)
    {
        call.Send("""{"type":"response.create"}""");
        return [.. call.Requests.Last().History.Select(item => item switch
        {
            MessageItem message => message.Text,
            ToolOutputItem output => output.Output,
            _ => item.GetType().Name,
        })];
    }

    [Fact]
    public void Ids_settings_items_and_the_end_stay()
    {
        var call = new TestCall();
        call.Send("""{"type":"session.update","session":{"instructions":"Be kind.","audio":{"input":{"turn_detection":null},"output":{"voice":"ash"}}}}""");
        call.Send("""{"type":"conversation.item.create","item":{"id":"a","type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}}""");
        var before = call.Single("session.updated")["session"];
        var resumed = Resumed(call, TestCall.Config with { CreatedAt = DateTimeOffset.UnixEpoch + TimeSpan.FromMinutes(50), AudioPath = AudioPath.Events });
        Assert.Equal(before, resumed.Single("session.created")["session"]);
        Assert.Equal(["hi"], Texts(resumed));
        Assert.Equal(resumed.Single("response.created")["response.conversation_id"], ConversationOf(call));
        resumed.Session.HandleTimeout(Instant.FromMilliseconds(600_000));
        resumed.Settle();
        Assert.Equal("session_expired", resumed.Single("error")["error.code"]);
    }

    private static string ConversationOf(TestCall call) => call.Session.Snapshot().ConversationId;

    [Fact]
    public void A_reply_that_was_being_heard_ends_where_it_was_heard()
    {
        var call = new TestCall();
        call.User.Says("tell me a story", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says(Story, speed: 1.05));
        call.Run(4.15);
        var resumed = Resumed(call);
        Assert.Equal(["tell me a story", "once upon a time"], Texts(resumed));
        var item = call.Single("response.output_item.added")["item.id"];
        resumed.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{item}}"}""");
        Assert.Equal("incomplete", resumed.Single("conversation.item.retrieved")["item.status"]);
        Assert.InRange(resumed.Single("conversation.item.retrieved")["item.content.0.audio"].Length / 64_000.0, 1.3, 1.4);
    }

    [Fact]
    public void A_client_that_played_the_audio_itself_heard_as_much_as_there_was_time_for()
    {
        var call = new TestCall(TestCall.Config with { AudioPath = AudioPath.Events });
        call.User.Says("tell me a story", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says(Story));
        call.Run(4.15);
        Assert.Equal("completed", call.Single("response.done")["response.status"]);
        Assert.Equal(["tell me a story", "once upon a time"], Texts(Resumed(call)));
    }

    [Fact]
    public void A_tool_call_without_its_output_survives_and_takes_it_later()
    {
        var call = new TestCall();
        call.Replies.Add(ScriptedReply.Of(new ReplyToolCall("call_1", "time", "{}"), new ReplyCompleted(default)));
        call.Send("""{"type":"response.create"}""");
        call.Run(1);
        var resumed = Resumed(call);
        resumed.Send("""{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_1","output":"noon"}}""");
        Assert.Equal(["ToolCallItem", "noon"], Texts(resumed));
    }

    [Fact]
    public void An_output_whose_call_was_deleted_or_stands_behind_it_survives()
    {
        var call = new TestCall();
        call.Send("""{"type":"conversation.item.create","item":{"id":"call","type":"function_call","call_id":"c","name":"f","arguments":"{}"}}""");
        call.Send("""{"type":"conversation.item.create","previous_item_id":"root","item":{"id":"output","type":"function_call_output","call_id":"c","output":"x"}}""");
        Assert.Equal(["output", "call"], Resumed(call).Session.Snapshot().Items.Select(item => item.Id));
        Assert.Equal(["ToolCallItem", "x"], Texts(Resumed(call)));
    }

    [Fact]
    public void What_nobody_had_understood_yet_is_recognised_again()
    {
        var call = new TestCall { Recognize = _ => null };
        call.User.Says("hello", from: 1, to: 2);
        call.Run(1.5);
        var id = call.Single("input_audio_buffer.speech_started")["item_id"];
        call.Session.HandleUtteranceAudio(id, new short[16_000]);
        call.Run(3);
        var resumed = Resumed(call);
        Assert.Equal(id, resumed.Commands.Select(entry => entry.Command).OfType<RecognizeItem>().Single().ItemId);
        resumed.Send("""{"type":"response.create"}""");
        Assert.Empty(resumed.Requests);
        resumed.Session.HandleTranscript(id, new TranscriptFinal("hello"), resumed.Now);
        resumed.Settle();
        Assert.Equal("hello", ((MessageItem)resumed.Requests.Single().History.Single()).Text);
    }

    [Fact]
    public void The_voice_stays_frozen_and_old_replies_can_be_truncated()
    {
        var call = new TestCall();
        call.User.Says("hello", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says("one two three four"));
        call.Run(6);
        var item = call.Single("response.output_item.added")["item.id"];
        var resumed = Resumed(call);
        resumed.Send("""{"type":"session.update","session":{"audio":{"output":{"voice":"ash"}}}}""");
        Assert.Equal("cannot_update_voice", resumed.Single("error")["error.code"]);
        Truncate(resumed, item, 1201);
        Assert.Equal("audio_end_ms", resumed.Last("error")["error.param"]);
        Truncate(resumed, item, 600);
        Assert.Equal("600", resumed.Single("conversation.item.truncated")["audio_end_ms"]);
        Assert.Equal(["hello", "one two"], Texts(resumed));
    }

    /// <summary>The words' places in the sound were once forgotten with the connection, and whoever truncated an old reply lost all of its words.</summary>
    [Theory]
    [InlineData(1200, "one two three four", "completed")]
    [InlineData(1199, "one two three", "incomplete")]
    [InlineData(0, "", "incomplete")]
    public void An_old_reply_keeps_the_words_that_were_heard_after_any_number_of_connections(int milliseconds, string words, string status)
    {
        var call = new TestCall();
        call.User.Says("hello", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says("one two three four"));
        call.Run(6);
        var item = call.Single("response.output_item.added")["item.id"];
        var resumed = Resumed(Resumed(call));
        Truncate(resumed, item, milliseconds);
        Assert.Equal($"{milliseconds}", resumed.Single("conversation.item.truncated")["audio_end_ms"]);
        resumed = Resumed(resumed);
        resumed.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{item}}"}""");
        var retrieved = resumed.Single("conversation.item.retrieved");
        Assert.Equal((words, status), (retrieved["item.content.0.transcript"], retrieved["item.status"]));
        // What was cut off does not come back.
        Truncate(resumed, item, 1200);
        if (milliseconds < 1200) Assert.Equal("audio_end_ms", resumed.Last("error")["error.param"]);
    }

    private static void Truncate(TestCall call, string itemId, int milliseconds) =>
        call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{itemId}}","content_index":0,"audio_end_ms":{{milliseconds}}}""");

    [Fact]
    public void A_snapshot_in_the_middle_takes_a_reply_in_the_making_as_unheard()
    {
        var call = new TestCall();
        call.User.Says("tell me a story", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says(Story, speed: 1.05));
        call.Run(4);
        var snapshot = call.Session.Snapshot();
        Assert.Equal([ItemStatus.Completed, ItemStatus.Incomplete], snapshot.Items.Select(item => item.Status));
        Assert.Equal(["tell me a story"], Texts(new TestCall(resumed: snapshot)));
    }

    [Fact]
    public void A_session_may_be_taken_up_again_and_again()
    {
        var call = new TestCall();
        for (var i = 0; i < 5; i++)
        {
            call.Send($$$"""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"{{{i}}}"}]}}""");
            call = Resumed(call);
        }
        Assert.Equal(["0", "1", "2", "3", "4"], Texts(call));
    }

    [Fact]
    public void A_transcription_goes_on_as_one()
    {
        var call = new TestCall(TestCall.Config with { Settings = SessionSettings.Default with { Kind = SessionKind.Transcription } });
        Assert.Equal("transcription", Resumed(call).Single("session.created")["session.type"]);
    }
}
