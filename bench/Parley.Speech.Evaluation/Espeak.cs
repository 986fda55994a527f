using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Parley.Audio;

namespace Parley.Speech.Evaluation;

/// <summary>Speech of espeak-ng, run as a program: it is under the GPL, and so test data only.</summary>
public static class Espeak
{
    private const int HeaderLength = 44;
    private const int RateOffset = 24;

    /// <summary>Mono, 16 kHz, no silence added.</summary>
    public static short[] Speak(Speaker speaker, string text)
    {
        var start = new ProcessStartInfo("espeak-ng") { RedirectStandardOutput = true };
        foreach (var argument in Arguments(speaker, text)) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)
            ?? throw new InvalidOperationException("espeak-ng did not start; on Debian: apt-get install espeak-ng");
        using var wave = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(wave);
        process.WaitForExit();
        if (process.ExitCode != 0 || wave.Length < HeaderLength) throw new InvalidOperationException($"espeak-ng failed for {speaker}.");
        var bytes = wave.GetBuffer().AsSpan(0, (int)wave.Length);
        var resampler = new Resampler(MemoryMarshal.Read<int>(bytes[RateOffset..]), 16_000);
        var samples = MemoryMarshal.Cast<byte, short>(bytes[HeaderLength..]);
        var output = new short[resampler.OutputLength(samples.Length)];
        resampler.Process(samples, output);
        return output;
    }

    private static string[] Arguments(Speaker speaker, string text) =>
    [
        "-v", speaker.Voice, "-s", speaker.WordsPerMinute.ToString(CultureInfo.InvariantCulture),
        "-p", speaker.Pitch.ToString(CultureInfo.InvariantCulture), "--stdout", text,
    ];
}
