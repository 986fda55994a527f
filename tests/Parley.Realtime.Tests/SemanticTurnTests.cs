using Parley.Conversation;

namespace Parley.Realtime.Tests;

/// <summary>With semantic_vad the words that the recogniser has understood so far decide how long a pause may be.</summary>
public sealed class SemanticTurnTests
{
    private static double CommittedAt(string eagerness, string? words)
    {
        var call = new TestCall();
        call.Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"EAGERNESS"}}}}}"""
            .Replace("EAGERNESS", eagerness, StringComparison.Ordinal));
        call.User.Says("hello", from: 1, to: 2);
        call.Run(2.1);
        if (words is not null)
            call.Session.HandleTranscript(call.Single("input_audio_buffer.speech_started")["item_id"], new TranscriptHypothesis(words, 0), call.Now);
        call.Run(12);
        return call.Single("input_audio_buffer.committed").At.TotalMilliseconds;
    }

    [Theory]
    [InlineData("low", 10_000)]
    [InlineData("medium", 6000)]
    [InlineData("auto", 6000)]
    [InlineData("high", 4000)]
    [Shows(ApiPart.SessionField, "audio.input.turn_detection: semantic_vad", "audio.input.turn_detection.eagerness")]
    public void Half_a_sentence_is_waited_for_eight_four_or_two_seconds(string eagerness, double at) =>
        Assert.Equal(at, CommittedAt(eagerness, "I would like to"), 10.0);

    [Theory]
    [InlineData("low", 2800)]
    [InlineData("auto", 2500)]
    [InlineData("high", 2300)]
    public void After_a_whole_sentence_the_reply_comes_soon(string eagerness, double at) =>
        Assert.Equal(at, CommittedAt(eagerness, "What time is it?"), 10.0);

    [Fact]
    public void A_recogniser_that_says_nothing_before_the_end_leaves_it_to_silence() => Assert.Equal(2700, CommittedAt("auto", null), 10.0);
}
