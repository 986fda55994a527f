namespace Parley.Speech.Embedded;

/// <summary>
/// Chooses what flite speaks for training. The diphone voice costs next to nothing and says everything, twice; the others
/// take most of the start-up time: each says two phrases in three, and a third of the sentences.
/// </summary>
internal static class SpeechSamples
{
    /// <summary>Vocal tracts from long to short.</summary>
    private static readonly double[] Warps = [0.82, 0.91, 1.0, 1.1, 1.21];

    private static readonly FliteVoice[] SlowVoices = [FliteVoice.Awb, FliteVoice.Rms, FliteVoice.Slt];

    /// <summary>Each recorded by a piece of model work of its own; always in the same order.</summary>
    public static List<Task<SpeechSample>> Record()
    {
        var banks = Warps.Select(warp => new FilterBank(warp)).ToArray();
        var samples = new List<Task<SpeechSample>>();
        foreach (var (stretch, pitch) in new[] { (1f, 1f), (0.8f, 1.3f) })
        {
            foreach (var (phrase, text) in Texts(withOtherWordings: true))
                Add(FliteVoice.Kal16, text, stretch, pitch, phrase);
            foreach (var text in TrainingText.Sentences)
                Add(FliteVoice.Kal16, text, stretch, pitch, phrase: -1);
        }
        for (var voice = 0; voice < SlowVoices.Length; voice++)
        {
            foreach (var (phrase, text) in Texts(withOtherWordings: false).Where(text => text.Phrase % SlowVoices.Length != voice))
                Add(SlowVoices[voice], text, 1, 1, phrase);
            for (var i = voice; i < TrainingText.Sentences.Count; i += SlowVoices.Length)
                Add(SlowVoices[voice], TrainingText.Sentences[i], 1, 1, phrase: -1);
        }
        return samples;

        void Add(FliteVoice voice, string text, float stretch, float pitch, int phrase) => samples.Add(ModelWork.StartAsync(
            () => SpeechSample.Record(voice, text, stretch, pitch, phrase, banks), CancellationToken.None));
    }

    private static IEnumerable<(int Phrase, string Text)> Texts(bool withOtherWordings)
    {
        for (var i = 0; i < PhraseList.All.Count; i++)
        {
            yield return (i, PhraseList.All[i].Text);
            if (!withOtherWordings) continue;
            foreach (var wording in PhraseList.All[i].AlsoSpoken) yield return (i, wording);
        }
    }
}
