namespace Parley.Rtc;

/// <summary>How loud the audio of one packet is, as its sender says in clear text. (RFC 6464 §3)</summary>
/// <param name="Attenuation">Root mean square below the overload point, in decibels: 0 is the loudest, 127 is digital silence.</param>
/// <param name="IsVoice">The sender takes it for speech.</param>
public readonly record struct AudioLevel(byte Attenuation, bool IsVoice)
{
    public const byte Silence = 127;

    /// <summary>Measures 16-bit samples. Whether they are speech is for the caller to say.</summary>
    public static AudioLevel Of(ReadOnlySpan<short> samples, bool isVoice)
    {
        long energy = 0;
        foreach (var sample in samples) energy += sample * sample;
        if (energy == 0) return new AudioLevel(Silence, isVoice);
        var decibels = 10 * Math.Log10(energy / ((double)samples.Length * short.MaxValue * short.MaxValue));
        return new AudioLevel((byte)Math.Clamp(Math.Round(-decibels), 0, Silence), isVoice);
    }
}
