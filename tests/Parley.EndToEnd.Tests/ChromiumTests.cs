namespace Parley.EndToEnd.Tests;

/// <summary>A person in Chromium: asks for the story by voice, hears it begin, speaks over it, hears the next answer.</summary>
public sealed class ChromiumTests(ITestOutputHelper output)
{
    private const double QuestionAt = 3, InterruptionAt = 9, CallSeconds = 17;

    [Fact]
    public async Task A_spoken_phrase_is_answered_by_voice_and_speaking_over_the_answer_stops_it()
    {
        await using var server = await ParleyServer.StartAsync();
        var speaker = new Timeline().Says("Tell me a story.", QuestionAt, "en-gb").Says("What time is it?", InterruptionAt, "en-us+f3");
        var call = await BrowserCall.MakeAsync(server, "chromium", speaker, CallSeconds, "chromium");

        Assert.Empty(call.PageFaults);
        Assert.Equal(["Tell me a story.", "What time is it?"], call.UserTranscripts);

        var question = call.Microphone.Sounds()[0];
        var interruption = call.Microphone.Sounds().First(sound => sound.Start > question.End + 1);
        var story = call.Agent.Sounds(gap: 0.8).First(sound => sound.End > question.End);
        Assert.InRange(story.Start, question.End, question.End + 3);
        Assert.True(story.End > interruption.Start, "The story is not long enough to be interrupted.");
        Assert.True(call.Agent.SpeechShare(story.Start, interruption.Start) > 0.5, "What was heard is not speech.");

        // The next answer may follow in a moment; a pause within the story may lie where the interruption begins.
        var silence = call.Agent.Sounds(gap: 0.2).Last(sound => sound.Start < interruption.Start + 0.3).End;
        Assert.InRange(silence, interruption.Start, interruption.Start + 2);
        var answer = call.Agent.Sounds().First(sound => sound.Start > interruption.End);
        Assert.True(call.Agent.SpeechShare(answer.Start, answer.End) > 0.5, "The second answer is not speech.");

        foreach (var secret in new[] { "story", "What time", "127.0.0.1", "a=ice-pwd", "a=fingerprint" })
            Assert.DoesNotContain(secret, server.CallLog, StringComparison.OrdinalIgnoreCase);

        Assert.Contains("output_audio_buffer.cleared", call.EventTypes);
        Assert.Contains("conversation.item.truncated", call.EventTypes);
        output.WriteLine($"voice to voice, question to story: {(story.Start - question.End) * 1000:0} ms");
        output.WriteLine($"voice to voice, interruption to answer: {(answer.Start - interruption.End) * 1000:0} ms");
        output.WriteLine($"from the first sound of the interruption to the agent's silence: {(silence - interruption.Start) * 1000:0} ms");
        output.WriteLine($"recording dropouts: {call.Result.GetProperty("dropouts")}");
    }
}
