using Parley.Speech.Embedded;
using Parley.Speech.Evaluation;

namespace Parley.Speech.Tests.Embedded;

/// <summary>The promise of the phrase list, kept with voices that the recogniser has not learnt from and was not tuned on.</summary>
[Collection(TrainedRecognizer.Flite)]
public sealed class RecognizerAccuracyTests(TrainedRecognizer trained)
{
    private readonly RecognizerEvaluation _evaluation = new(trained.Recognizer);

    [Fact]
    public async Task Held_out_voices_are_understood_and_other_speech_mostly_is_not()
    {
        var score = await ScoreAsync(Speaker.HeldOut, Condition.Clean, OtherSpeech.HeldOut);
        var mistakes = string.Join('\n', score.Mistakes);
        Assert.True(score.RightPercent >= 92, $"{score.RightPercent} % right\n{mistakes}");
        Assert.True(score.WrongPercent <= 3, $"{score.WrongPercent} % wrong\n{mistakes}");
        Assert.True(score.OtherRejectedPercent >= 75, $"{score.OtherRejectedPercent} % of other speech rejected\n{mistakes}");
    }

    [Fact]
    public async Task Noise_twenty_decibels_below_the_voice_takes_little_away()
    {
        var score = await ScoreAsync(Speaker.HeldOut.Take(3), Condition.Noise, []);
        var mistakes = string.Join('\n', score.Mistakes);
        Assert.True(score.RightPercent >= 88, $"{score.RightPercent} % right\n{mistakes}");
        Assert.True(score.WrongPercent <= 5, $"{score.WrongPercent} % wrong\n{mistakes}");
    }

    private async Task<RecognizerScore> ScoreAsync(IEnumerable<Speaker> speakers, Condition condition, IReadOnlyList<string> others)
    {
        var scores = new List<RecognizerScore>();
        foreach (var speaker in speakers)
            scores.Add(await _evaluation.RunAsync(speaker, condition, others, TestContext.Current.CancellationToken));
        return RecognizerScore.Sum(scores);
    }
}
