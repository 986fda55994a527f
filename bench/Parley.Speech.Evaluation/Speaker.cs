using Parley.Voices;

namespace Parley.Speech.Evaluation;

/// <summary>A way of speaking of espeak-ng, none of which the recogniser has learnt from.</summary>
/// <param name="Voice">espeak-ng's voice and variant.</param>
/// <param name="Pitch">0…99, 50 is usual.</param>
public sealed record Speaker(string Voice, int WordsPerMinute, int Pitch)
{
    /// <summary>The recogniser's constants were chosen by these.</summary>
    public static IReadOnlyList<Speaker> Tuning { get; } =
    [
        new("en-us", 150, 50), new("en-gb+f3", 160, 60), new("en-gb-scotland+m3", 140, 45),
        new("en-us+m5", 180, 50), new("en-029", 150, 50), new("en-gb-x-rp+f1", 190, 55),
    ];

    /// <summary>The recogniser's constants were chosen without these: the figures that count.</summary>
    public static IReadOnlyList<Speaker> HeldOut { get; } =
    [
        new("en-us+f2", 175, 50), new("en-gb", 130, 40), new("en-gb-scotland", 150, 50), new("en-us+m3", 190, 35),
        new("en+f4", 165, 55), new("en-gb-x-rp+m1", 200, 50), new("en-us-nyc", 160, 60), new("en-us+m7", 145, 65),
    ];

    /// <summary>Strong dialects and another synthesis method, held out too.</summary>
    public static IReadOnlyList<Speaker> Hard { get; } =
    [
        new("en-gb-x-gbclan", 155, 50), new("en-gb-x-gbcwmd", 150, 50), new("en-us+klatt2", 160, 50), new("en-us+f5", 185, 70),
    ];

    /// <summary>Mono, 16 kHz, no silence added.</summary>
    public short[] Say(string text) => Espeak.Speak(text, new EspeakVoice(Voice, WordsPerMinute, Pitch), Line.SampleRate);

    public override string ToString() => $"{Voice} {WordsPerMinute} wpm pitch {Pitch}";
}
