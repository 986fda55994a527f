using System.Globalization;
using System.Text;
using Parley.Audio;
using Parley.Audio.Fitting;
using Parley.Simulation;

switch (args)
{
    case ["fit", var path]:
        Fit(path);
        break;
    case ["evaluate"]:
        Report.Print(() => new SpeechDetector());
        break;
    case ["evaluate", var folder]:
        Report.Print(() => new SpeechDetector(), folder);
        break;
    default:
        Console.Error.WriteLine("usage: fit <path of SpeechModelParameters.cs> | evaluate [folder of WAV files]");
        return 2;
}
return 0;

static void Fit(string path)
{
    var corpus = new Corpus(Speakers.Fit, Speakers.FitSentences, sentencesPerVoice: 6, seed: 20, isHeldOut: false);
    List<float[]> features = [];
    List<float> labels = [], weights = [];
    foreach (var clip in corpus.MakeVaried(1000))
    {
        var extractor = new SpeechFeatures();
        for (var f = 0; f < clip.FrameCount; f++)
        {
            var values = new float[SpeechFeatures.Count];
            extractor.Advance(clip.Frame(f), values);
            if (clip.Truth[f] == FrameTruth.Either) continue;
            var isSpeech = clip.Truth[f] == FrameTruth.Speech;
            features.Add(values);
            labels.Add(isSpeech ? 1 : 0);
            // A false alarm cuts the agent off: it weighs more than a missed frame.
            weights.Add(isSpeech ? 1 : 2);
        }
    }
    Console.WriteLine($"{features.Count} frames, {labels.Average():P0} speech");
    var fitter = new Fitter(features, labels, weights, new SeededRandom(7));
    var parameters = fitter.Run(epochs: 14, (epoch, loss) => Console.WriteLine($"epoch {epoch}: {loss:0.0000}"));
    Write(path, parameters);
    Report.Print(() => new SpeechDetector(new SpeechModel(parameters)));
}

static void Write(string path, float[] parameters)
{
    var text = new StringBuilder();
    text.Append("namespace Parley.Audio;\n\n");
    text.Append("/// <summary>Written by tests/Parley.Audio.Fitting; not edited by hand.</summary>\n");
    text.Append("internal static class SpeechModelParameters\n{\n    public static ReadOnlySpan<float> Values =>\n    [\n");
    foreach (var row in parameters.Chunk(12))
        text.Append("        ").AppendJoin(", ", row.Select(p => p.ToString("0.####", CultureInfo.InvariantCulture) + "f")).Append(",\n");
    text.Append("    ];\n}\n");
    File.WriteAllText(path, text.ToString());
}
