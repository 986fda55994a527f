using Parley.Voices;

namespace Parley.Audio.Fitting;

/// <summary>Voices that say a sentence: 16 kHz mono, silence at both ends cut off.</summary>
public static class Speakers
{
    private const int SampleRate = 16_000;

    /// <summary>espeak-ng voices of the fit, "language+variant".</summary>
    public static readonly string[] Fit =
    [
        "en-us", "en-us+f1", "en-us+f2", "en-us+m1", "en-us+m2", "en-gb", "en-gb+f3", "en-gb+m4", "en-gb-scotland+m5", "en-gb-x-rp+f5",
        "de", "de+f2", "fr-fr", "fr-fr+f1", "es+m6", "it+f3", "pl+m7", "pt-br+f2", "ru+m2", "hi+f1", "tr+m1", "fi+f5", "ja+f2", "cmn+m4",
        "en-us+klatt", "en-us+klatt3", "en-gb+Annie", "en-us+linda", "en-us+max", "en-us+steph", "en-us+adam", "en-us+whisper",
        "flite:slt", "flite:kal16",
    ];

    /// <summary>Voices that only the evaluation hears.</summary>
    public static readonly string[] HeldOut =
    [
        "en-us+m3", "en-us+f4", "en-029+m8", "en-gb-x-gbcwmd+belinda", "nl+f4", "sv+m3", "en-us+klatt2", "en-us+Andy", "en-gb+anika",
        "en-us+shelby", "flite:rms", "flite:awb",
    ];

    public static readonly string[] FitSentences =
    [
        "Hello, could you tell me what time it is right now?", "I would like to book a table for four people tomorrow evening.",
        "The quick brown fox jumps over the lazy dog.", "Yes, please do.", "No, that is not what I meant at all.",
        "Six hundred and forty seven, from the station to the airport.", "She sells sea shells by the sea shore on Saturdays.",
        "Can you play something a little quieter?", "My name is Oliver, and I am calling about the washing machine.", "Okay. Stop.",
    ];

    public static readonly string[] HeldOutSentences =
    [
        "What is the weather going to be like in Amsterdam?", "Please count from one to ten, and then tell me a joke.",
        "Thank you very much, that was helpful.", "Wait a moment, I have to find my glasses first.",
    ];

    /// <summary>Says <paramref name="text"/>; the rate and pitch are parts of the normal, 1 being as it is.</summary>
    public static short[] Say(string voice, string text, double rate = 1, double pitch = 1) =>
        Trim(voice.StartsWith("flite:", StringComparison.Ordinal) ? Flite.Say(voice[6..], text) : SayByEspeak(voice, text, rate, pitch));

    private static short[] SayByEspeak(string voice, string text, double rate, double pitch) =>
        Espeak.Speak(text, new EspeakVoice(voice, (int)Math.Round(165 * rate), (int)Math.Round(Math.Clamp(50 * pitch, 0, 99))), SampleRate);

    /// <summary>Reads what another voice said from a WAV file.</summary>
    internal static short[] Read(string path)
    {
        var wav = WavFile.Read(path);
        return Trim(Convert(wav.Channels[0], wav.SampleRate));
    }

    internal static short[] Convert(ReadOnlySpan<short> samples, int sampleRate)
    {
        var resampler = new Resampler(sampleRate, SampleRate);
        var output = new short[resampler.OutputLength(samples.Length)];
        resampler.Process(samples, output);
        return output;
    }

    private static short[] Trim(short[] samples)
    {
        var start = Array.FindIndex(samples, sample => Math.Abs((int)sample) > 200);
        var end = Array.FindLastIndex(samples, sample => Math.Abs((int)sample) > 200);
        return start < 0 ? samples : samples[Math.Max(0, start - 80)..Math.Min(samples.Length, end + 80)];
    }
}
