using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CsCheck;
using Parley.Transceiver.Caller;

namespace Parley.Transceiver.Tests.Caller;

/// <summary>The client of a session on a WebSocket, on virtual time.</summary>
public sealed class SocketCallerTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);

    private readonly SocketCaller _caller = new();

    public SocketCallerTests() => _caller.HandleOpened(Start);

    [Fact]
    public void What_is_said_leaves_in_frames_of_20_ms_and_silence_follows()
    {
        var words = Enumerable.Repeat((short)1000, 720).ToArray();
        _caller.Say(words);
        _caller.HandleTimeout(Start);
        _caller.HandleTimeout(At(20));
        Assert.False(_caller.IsSpeaking);
        _caller.HandleTimeout(At(40));
        var sent = Sent().Select(message => Samples(message.GetProperty("audio").GetString()!)).ToList();
        Assert.All(sent, frame => Assert.Equal(480, frame.Length));
        Assert.Equal([.. words, .. new short[720]], sent.SelectMany(frame => frame));
        // 30 ms were said; the second frame was captured in the 20 ms before it left.
        Assert.Equal(At(10), _caller.SpokeUntil);
    }

    [Fact]
    public void What_came_is_heard_in_real_time_and_then_silence()
    {
        Bring(Delta("item_1", Enumerable.Repeat((short)7, 300).ToArray()));
        Assert.True(_caller.HasAudioLeft);
        Assert.Equal([.. Enumerable.Repeat((short)7, 240)], Heard(0));
        Assert.Equal([.. Enumerable.Repeat((short)7, 60), .. new short[180]], Heard(10));
        Assert.False(_caller.HasAudioLeft);
        Assert.Equal(new short[240], Heard(20));
    }

    [Fact]
    public void When_the_user_speaks_over_an_answer_it_falls_silent_and_tells_what_was_heard()
    {
        Bring(Delta("item_1", new short[24_000]), Delta("item_2", new short[24_000]));
        for (var at = 0; at < 1250; at += 10) Heard(at);
        Bring("""{"type":"input_audio_buffer.speech_started","item_id":"item_3"}""");
        var truncate = Assert.Single(Sent());
        Assert.Equal(("conversation.item.truncate", "item_2", 250), (truncate.GetProperty("type").GetString(), truncate.GetProperty("item_id").GetString(), truncate.GetProperty("audio_end_ms").GetInt32()));
        Assert.False(_caller.HasAudioLeft);

        // With nothing left to hear there is nothing to cut.
        Bring("""{"type":"input_audio_buffer.speech_started","item_id":"item_4"}""");
        Assert.Empty(Sent());
    }

    [Fact]
    public void After_a_standstill_it_does_not_catch_up()
    {
        _caller.HandleTimeout(At(5000));
        Assert.Single(Sent());
        Assert.Equal(240, Heard(5000).Length);
    }

    [Fact]
    public void Whatever_the_server_sends_the_client_lives_and_the_dialogue_sees_it() => Gen.OneOf(
        Gen.String,
        Gen.Select(Gen.Int[0, 2].Select(i => new[] { "response.output_audio.delta", "input_audio_buffer.speech_started", "error" }[i]), Gen.String,
            (type, text) => JsonSerializer.Serialize(new { type, delta = text, item_id = text }))).Sample(message =>
        {
            var caller = new SocketCaller();
            caller.HandleOpened(Start);
            caller.HandleMessage(Encoding.UTF8.GetBytes(message), Start);
            caller.HandleMessage("""{"type":"response.output_audio.delta","item_id":"x","delta":"AAA"}"""u8.ToArray(), Start);
            return caller.TryPollEvent(out var seen) && seen.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(message));
        });

    [Fact]
    public void After_the_end_nothing_is_sent_or_heard()
    {
        _caller.HandleClosed("gone");
        _caller.HandleClosed("again");
        _caller.HandleTimeout(At(20));
        Assert.False(_caller.TrySendEvent("{}"u8, At(20)));
        Assert.Equal("gone", _caller.EndedBy);
        Assert.Empty(Sent());
        Assert.True(_caller.NextDeadline.IsNone);
    }

    private static Instant At(int milliseconds) => Start + TimeSpan.FromMilliseconds(milliseconds);

    private static short[] Samples(string audio) => MemoryMarshal.Cast<byte, short>(Convert.FromBase64String(audio)).ToArray();

    private static string Delta(string item, short[] samples) =>
        JsonSerializer.Serialize(new { type = "response.output_audio.delta", item_id = item, delta = Convert.ToBase64String(MemoryMarshal.AsBytes(samples.AsSpan())) });

    private void Bring(params string[] messages)
    {
        foreach (var message in messages) _caller.HandleMessage(Encoding.UTF8.GetBytes(message), Start);
    }

    private short[] Heard(int milliseconds)
    {
        var pcm = new short[VoiceCaller.HeardLength];
        Assert.True(_caller.TryPollHeard(At(milliseconds), pcm, out var length, out _));
        return pcm[..length];
    }

    private List<JsonElement> Sent()
    {
        var sent = new List<JsonElement>();
        while (_caller.TryPollMessage(out var message)) sent.Add(JsonElement.Parse(message));
        return sent;
    }
}
