namespace Parley.EndToEnd.Tests;

public sealed class FirefoxTests(ITestOutputHelper output)
{
    private const double QuestionAt = 4, CallSeconds = 13;

    [Fact]
    public async Task Firefox_is_heard_and_hears_the_answer()
    {
        await using var server = await ParleyServer.StartIsolatedAsync();
        var speaker = new Timeline().Says("Count to ten.", QuestionAt, "en-us");
        var call = await BrowserCall.MakeAsync(server, "firefox", speaker, CallSeconds, "firefox");

        Assert.Empty(call.PageFaults);
        Assert.Equal(["Count to ten."], call.UserTranscripts);
        var question = call.Microphone.Sounds()[0];
        var answer = call.Agent.Sounds(gap: 1).First(sound => sound.Start > question.End);
        Assert.True(call.Agent.SpeechShare(answer.Start, answer.End) > 0.5, "What was heard is not speech.");
        output.WriteLine($"voice to voice: {(answer.Start - question.End) * 1000:0} ms");
    }
}
