using System.Collections.Concurrent;
using System.Diagnostics;
using Parley.Audio;

namespace Parley.Transceiver.Tests;

/// <summary>Human-like speech from espeak-ng, a program of its own, as 24 kHz PCM. The same text gives the same samples.</summary>
internal static class Voice
{
    private static readonly ConcurrentDictionary<(string Text, string Arguments), short[]> Spoken = new();

    public static bool IsInstalled { get; } = File.Exists("/usr/bin/espeak-ng");

    /// <summary>A test that needs speech is skipped where there is no speaker.</summary>
    public static short[] Say(string text, string arguments = "-v en-us -s 150")
    {
        if (!IsInstalled) Assert.Skip("espeak-ng is not installed.");
        return Spoken.GetOrAdd((text, arguments), static key => Speak(key.Text, key.Arguments));
    }

    private static short[] Speak(string text, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/espeak-ng", $"{arguments} --stdout \"{text}\"")
        {
            RedirectStandardOutput = true,
        })!;
        using var wav = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(wav);
        process.WaitForExit();
        const int HeaderLength = 44;
        var bytes = wav.ToArray().AsSpan(HeaderLength);
        var samples = new short[bytes.Length / 2];
        for (var i = 0; i < samples.Length; i++) samples[i] = BitConverter.ToInt16(bytes[(2 * i)..]);
        var resampler = new Resampler(22_050, 24_000);
        var output = new short[resampler.OutputLength(samples.Length)];
        return output[..resampler.Process(samples, output)];
    }
}
