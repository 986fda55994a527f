using System.Runtime.InteropServices;
using Parley.Audio;
using Parley.Realtime.Settings;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver.Tests.Sockets;

/// <summary>Recorded speech appended to a session on a WebSocket, on virtual time.</summary>
public sealed class AppendedSpeechTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public void The_events_of_a_turn_come_in_the_order_of_the_protocol_without_those_of_a_playout_that_the_server_does_not_own()
    {
        using var stage = new Stage(1, ScriptedModels.Create(new ScriptedRecognizer("what time is it"), new ScriptedChat(_ => "It is noon.")));
        var client = stage.OpenSocket();
        client.Send(Append(Bytes(WithSilence(Voice.Say("What time is it?")))));
        stage.RunUntil(() => client.Has("response.done"), Limit, "the reply");
        string[] expected =
        [
            "session.created", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
            "conversation.item.added", "conversation.item.done", "response.created", "rate_limits.updated", "response.output_item.added",
            "conversation.item.added", "response.content_part.added",
            "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done", "response.output_item.done",
            "conversation.item.done", "response.done",
        ];
        Assert.Equal(expected, client.Events.Select(e => e.Type).Where(type => !type.EndsWith(".delta", StringComparison.Ordinal)));
        Assert.Equal("response.output_audio_transcript.delta", client.Events.First(e => e.Type.EndsWith(".delta", StringComparison.Ordinal)).Type);
        Assert.True(client.Has("response.output_audio.delta"));
    }

    [Fact]
    public void What_is_heard_does_not_depend_on_how_the_audio_is_cut()
    {
        var speech = Bytes(WithSilence(Voice.Say("What time is it?")));
        var whole = Turn(2, client => client.Send(Append(speech)));
        // 20 ms, and pieces that end in the middle of a sample.
        foreach (var size in new[] { 960, 1001 })
        {
            var pieces = Turn(2, client =>
            {
                for (var at = 0; at < speech.Length; at += size) client.Send(Append(speech[at..Math.Min(speech.Length, at + size)]));
            });
            Assert.Equal((whole.Start, whole.End), (pieces.Start, pieces.End));
            // What was passed on before the turn was seen to be over stays: that depends on the pieces, and is silence.
            var length = Math.Min(whole.Utterance.Length, pieces.Utterance.Length);
            Assert.Equal(whole.Utterance[..length], pieces.Utterance[..length]);
        }
        Assert.InRange(whole.Utterance.Length / 16_000.0, 1, 3);

        static (string? Start, string? End, short[] Utterance) Turn(ulong seed, Action<ScriptedSocket> speak)
        {
            var recognizer = new ScriptedRecognizer("what time is it");
            using var stage = new Stage(seed, ScriptedModels.Create(recognizer, new ScriptedChat(_ => "It is noon.")));
            var client = stage.OpenSocket();
            speak(client);
            stage.RunUntil(() => client.Has("response.done"), Limit, "the reply");
            return (client.Last("input_audio_buffer.speech_started").String("audio_start_ms"), client.Last("input_audio_buffer.speech_stopped").String("audio_end_ms"),
                Assert.Single(recognizer.Utterances));
        }
    }

    [Theory]
    [InlineData("audio/pcmu")]
    [InlineData("audio/pcma")]
    public void Speech_of_the_telephone_is_heard_as_well(string type)
    {
        using var stage = new Stage(3, ScriptedModels.Create(new ScriptedRecognizer("what time is it"), new ScriptedChat(_ => "It is noon.")));
        var format = type == "audio/pcmu" ? AudioFormat.Pcmu : AudioFormat.Pcma;
        var client = stage.OpenSocket(SessionSettings.Default with { InputFormat = format });
        var speech = WithSilence(Voice.Say("What time is it?"));
        var resampler = new Resampler(24_000, 8_000);
        var samples = new short[resampler.OutputLength(speech.Length)];
        resampler.Process(speech, samples);
        var codes = new byte[samples.Length];
        if (type == "audio/pcmu") MuLaw.Encode(samples, codes);
        else ALaw.Encode(samples, codes);
        client.Send(Append(codes));
        stage.RunUntil(() => client.Has("response.done"), Limit, "the reply");
        Assert.Equal(1, client.Count("input_audio_buffer.speech_stopped"));
    }

    [Fact]
    public void A_long_append_is_heard_in_steps_between_which_others_have_their_turn()
    {
        using var stage = new Stage(4, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "Yes.")));
        var first = stage.OpenSocket();
        var second = stage.OpenSocket();
        stage.RunFor(TimeSpan.FromMilliseconds(1));
        // Five minutes. The pump runs posts in order, so whoever works in one go is done before the other one begins.
        first.Send(Append(new byte[15 * 1024 * 1024]));
        first.Send("""{"type":"input_audio_buffer.clear"}""");
        second.Send("""{"type":"input_audio_buffer.clear"}""");
        var order = new List<string>();
        stage.RunUntil(() =>
        {
            if (order.Count == 0 && second.Has("input_audio_buffer.cleared")) order.Add(first.Has("input_audio_buffer.cleared") ? "both" : "second");
            return first.Has("input_audio_buffer.cleared");
        }, Limit, "the end of the long append");
        Assert.True(second.Has("input_audio_buffer.cleared"));
        Assert.True(SocketCall.FramesAtATime < 32_768 / 100);
    }

    [Fact]
    public void A_client_interrupts_a_reply_by_speaking()
    {
        var story = string.Join(' ', Enumerable.Repeat("word", 100));
        using var stage = new Stage(5, ScriptedModels.Create(new ScriptedRecognizer("tell me a story"), new ScriptedChat(_ => story)));
        var client = stage.OpenSocket();
        client.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => client.Has("response.output_audio.delta"), Limit, "the reply");
        client.Send(Append(Bytes(WithSilence(Voice.Say("What time is it?")))));
        stage.RunUntil(() => client.Has("input_audio_buffer.speech_started"), Limit, "the interruption");
        stage.RunUntil(() => client.Count("response.done") > 0, Limit, "the end of the reply");
    }

    private static short[] WithSilence(short[] speech) => [.. new short[12_000], .. speech, .. new short[36_000]];

    private static byte[] Bytes(short[] samples) => MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();

    private static string Append(byte[] audio) => $$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(audio)}}"}""";
}
