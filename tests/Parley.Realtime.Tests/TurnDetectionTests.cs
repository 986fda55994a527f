namespace Parley.Realtime.Tests;

/// <summary>What the parameters of server_vad do to where a turn begins and ends.</summary>
public sealed class TurnDetectionTests
{
    private static TestCall Call(string turnDetection)
    {
        var call = new TestCall();
        call.Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":DETECTION}}}}""".Replace("DETECTION", turnDetection, StringComparison.Ordinal));
        return call;
    }

    [Theory]
    [InlineData("0.5", true)]
    [InlineData("0.7", false)]
    [Shows(ApiPart.SessionField, "audio.input.turn_detection.threshold")]
    public void A_higher_threshold_takes_less_for_speech(string threshold, bool isHeard)
    {
        var call = Call($$"""{"type":"server_vad","threshold":{{threshold}}}""");
        for (var i = 1; i <= 50; i++) call.Session.HandleSpeech(0.6f, TimeSpan.FromMilliseconds(10 * i), call.Now);
        call.Settle();
        Assert.Equal(isHeard, call.Types.Contains("input_audio_buffer.speech_started"));
    }

    [Theory]
    [InlineData(0, "1000")]
    [InlineData(300, "700")]
    [InlineData(900, "100")]
    [InlineData(2000, "0")]
    [Shows(ApiPart.SessionField, "audio.input.turn_detection.prefix_padding_ms")]
    public void A_turn_begins_so_long_before_its_first_sound(int padding, string start)
    {
        var call = Call($$"""{"type":"server_vad","prefix_padding_ms":{{padding}}}""");
        call.User.Says("hello", from: 1, to: 2);
        call.Run(1.5);
        Assert.Equal(start, call.Single("input_audio_buffer.speech_started")["audio_start_ms"]);
        Assert.Equal(start, call.Commands.Select(entry => entry.Command).OfType<BeginUtterance>().Single().From.TotalMilliseconds.ToString(null as IFormatProvider));
    }

    [Theory]
    [InlineData(200, "2200")]
    [InlineData(500, "2500")]
    [InlineData(1500, "3500")]
    [Shows(ApiPart.SessionField, "audio.input.turn_detection.silence_duration_ms")]
    public void A_turn_ends_after_so_much_silence(int silence, string end)
    {
        var call = Call($$"""{"type":"server_vad","silence_duration_ms":{{silence}}}""");
        call.User.Says("hello", from: 1, to: 2);
        call.Run(5);
        Assert.Equal(end, call.Single("input_audio_buffer.speech_stopped")["audio_end_ms"]);
    }

    [Fact]
    public void With_both_false_there_is_nothing_but_the_events_of_the_turn()
    {
        var call = Call("""{"type":"server_vad","create_response":false,"interrupt_response":false}""");
        call.Replies.Add(ScriptedReply.Says("a long story about a fox in the wood"));
        call.Send("""{"type":"response.create"}""");
        call.User.Says("hello", from: 1, to: 2);
        call.Run(6);
        Assert.Single(call.Types, "response.created");
        Assert.Equal("completed", call.Single("response.done")["response.status"]);
        Assert.Contains("output_audio_buffer.stopped", call.Types);
        Assert.Equal("hello", ((Conversation.MessageItem)call.Session.Snapshot().Items[^1]).Text);
    }

    [Fact]
    public void Parameters_of_a_turn_may_change_while_it_is_under_way()
    {
        var call = Call("""{"type":"server_vad"}""");
        call.User.Says("hello", from: 1, to: 2);
        call.Run(1.5);
        call.Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"silence_duration_ms":1000}}}}}""");
        call.Run(5);
        Assert.Equal("3000", call.Single("input_audio_buffer.speech_stopped")["audio_end_ms"]);
    }
}
