using System.Collections.Concurrent;
using Parley.Voices;

namespace Parley.Transceiver.Tests;

/// <summary>A caller's recorded voice, 24 kHz.</summary>
internal static class Voice
{
    private const int SampleRate = 24_000;

    private static readonly EspeakVoice Caller = new("en-us", WordsPerMinute: 150);
    private static readonly ConcurrentDictionary<string, short[]> Spoken = new();

    /// <summary>A test that needs speech is skipped where there is no speaker.</summary>
    public static short[] Say(string text)
    {
        if (!Espeak.IsInstalled) Assert.Skip("espeak-ng is not installed.");
        return Spoken.GetOrAdd(text, static text => Espeak.Speak(text, Caller, SampleRate));
    }
}
