using System.Runtime.InteropServices;
using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>conversation.item.retrieve gives what was said as sound, too, as long as it is kept.</summary>
public sealed class ItemAudioTests
{
    private const int InputRate = 16_000;
    private const int OutputRate = 24_000;

    private static string Retrieved(TestCall call, string itemId)
    {
        call.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{itemId}}"}""");
        var part = call.Last("conversation.item.retrieved").Get("item.content.0");
        return part.TryGetProperty("audio", out var audio) ? audio.GetString()! : "";
    }

    private static short[] Samples(string base64) => MemoryMarshal.Cast<byte, short>(Convert.FromBase64String(base64)).ToArray();

    private static short[] Tone(int length, int rate) => [.. Enumerable.Range(0, length).Select(i => (short)(8000 * Math.Sin(2 * Math.PI * 440 * i / rate)))];

    private static (TestCall Call, string ItemId) AfterTurn(RealtimeSessionConfig? config = null, int samples = InputRate)
    {
        var call = new TestCall(config);
        call.User.Says("hello", from: 1, to: 2);
        call.Run(1.5);
        var id = call.Single("input_audio_buffer.speech_started")["item_id"];
        // In pieces, as a driver brings it, and some of it after the commit.
        foreach (var piece in Tone(samples, InputRate).Chunk(7777)) call.Session.HandleUtteranceAudio(id, piece);
        call.Run(3);
        return (call, id);
    }

    [Fact]
    [Shows(ApiPart.ClientEvent, "conversation.item.retrieve")]
    [Shows(ApiPart.ServerEvent, "conversation.item.retrieved")]
    public void The_users_sound_comes_in_the_sessions_input_format()
    {
        var (call, id) = AfterTurn();
        var samples = Samples(Retrieved(call, id));
        Assert.InRange(samples.Length, OutputRate - 24, OutputRate + 24);
        var expected = Tone(samples.Length, OutputRate);
        // In its place to within half a sample, which this tone passes at up to 921 a sample.
        Assert.All(Enumerable.Range(200, samples.Length - 400), i => Assert.InRange(samples[i] - expected[i], -480, 480));
    }

    [Theory]
    [InlineData("audio/pcmu")]
    [InlineData("audio/pcma")]
    [Shows(ApiPart.SessionField, "audio.input.format")]
    public void In_G711_it_is_a_byte_for_each_sample_of_8_kHz(string format)
    {
        var (call, id) = AfterTurn();
        call.Send("""{"type":"session.update","session":{"audio":{"input":{"format":{"type":"FORMAT"}}}}}""".Replace("FORMAT", format, StringComparison.Ordinal));
        Assert.InRange(Convert.FromBase64String(Retrieved(call, id)).Length, 7990, 8010);
    }

    [Theory]
    [InlineData(AudioPath.Media)]
    [InlineData(AudioPath.Events)]
    public void The_assistants_sound_comes_as_the_models_made_it(AudioPath path)
    {
        var call = new TestCall(TestCall.Config with { AudioPath = path });
        call.Send("""{"type":"response.create"}""");
        var response = call.Requests.Single().ResponseId;
        var spoken = Tone(30_000, OutputRate);
        call.Reply(response, new ReplyText("la"));
        call.Reply(response, new ReplyAudio(spoken.AsMemory(0, 10_001)));
        call.Reply(response, new ReplyAudio(spoken.AsMemory(10_001)));
        call.Reply(response, new ReplyCompleted(default));
        Assert.Equal(spoken, Samples(Retrieved(call, call.Single("response.output_item.done")["item.id"])));
    }

    [Fact]
    public void Truncating_cuts_the_sound_and_deleting_drops_it()
    {
        var call = new TestCall();
        call.User.Says("hello", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says("one two three four"));
        call.Run(6);
        var id = call.Single("response.output_item.added")["item.id"];
        Assert.Equal(4 * 7200, Samples(Retrieved(call, id)).Length);
        call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{id}}","content_index":0,"audio_end_ms":650}""");
        Assert.Equal(15_600, Samples(Retrieved(call, id)).Length);
        call.Send($$"""{"type":"conversation.item.delete","item_id":"{{id}}"}""");
        call.Send($$$"""{"type":"conversation.item.create","item":{"id":"{{{id}}}","type":"message","role":"assistant","content":[{"type":"output_audio","transcript":"x"}]}}""");
        Assert.Equal("", Retrieved(call, id));
    }

    [Fact]
    public void An_interrupted_reply_keeps_the_sound_that_was_heard()
    {
        var call = new TestCall();
        call.User.Says("tell me a story", from: 1, to: 2).Says("stop", from: 4, to: 4.6);
        call.Replies.Add(ScriptedReply.Says("once upon a time there was a fox who lived in the wood"));
        call.Run(5);
        var truncated = call.Single("conversation.item.truncated");
        Assert.Equal(int.Parse(truncated["audio_end_ms"], null) * 24, Samples(Retrieved(call, truncated["item_id"])).Length, 24.0);
    }

    [Fact]
    public void When_there_is_too_much_the_sound_of_the_oldest_items_goes_first()
    {
        var config = TestCall.Config with { MaxItemAudioSize = 80_000 };
        var (call, first) = AfterTurn(config);
        Assert.NotEqual("", Retrieved(call, first));
        call.User.Says("again", from: 4, to: 5);
        call.Run(4.5);
        var second = call.Last("input_audio_buffer.speech_started")["item_id"];
        call.Session.HandleUtteranceAudio(second, Tone(InputRate * 2, InputRate));
        call.Run(6);
        Assert.Equal(["", "hello"], [Retrieved(call, first), call.Last("conversation.item.retrieved")["item.content.0.transcript"]]);
        Assert.NotEqual("", Retrieved(call, second));
        call.Session.HandleUtteranceAudio(second, Tone(InputRate, InputRate));
        Assert.Equal("", Retrieved(call, second));
    }

    [Fact]
    public void An_event_that_the_client_could_not_take_comes_without_the_sound()
    {
        var (call, id) = AfterTurn(TestCall.Config with { MaxServerEventLength = 64 * 1024 });
        Assert.NotEqual("", Retrieved(call, id));
        (call, id) = AfterTurn(TestCall.Config with { MaxServerEventLength = 62 * 1024 });
        Assert.Equal("", Retrieved(call, id));
        Assert.Equal("hello", call.Last("conversation.item.retrieved")["item.content.0.transcript"]);
        (call, id) = AfterTurn(samples: 50 * InputRate);
        for (var i = 0; i < 10; i++)
            call.Session.HandleClientEvent(System.Text.Encoding.UTF8.GetBytes($$"""{"type":"conversation.item.retrieve","item_id":"{{id}}"}"""), call.Now);
        Assert.False(call.Session.IsClosed);
    }

    [Fact]
    public void Sound_that_belongs_to_nothing_is_counted_and_dropped()
    {
        var call = new TestCall();
        call.Session.HandleUtteranceAudio("item_unknown", new short[160]);
        Assert.Equal(1, call.Session.Anomalies[SessionAnomaly.StaleAudio]);
    }

    [Fact]
    public void A_cough_leaves_no_sound_behind()
    {
        var call = new TestCall();
        call.User.MakesNoise(1, 1.1);
        call.Run(1.3);
        var id = call.Single("input_audio_buffer.speech_started")["item_id"];
        call.Session.HandleUtteranceAudio(id, new short[1600]);
        call.Run(3);
        call.Session.HandleUtteranceAudio(id, new short[1600]);
        Assert.Equal(1, call.Session.Anomalies[SessionAnomaly.StaleAudio]);
    }
}
