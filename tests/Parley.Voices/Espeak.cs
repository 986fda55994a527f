using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Parley.Audio;

namespace Parley.Voices;

/// <summary>Speech of espeak-ng, run as a program: it is under the GPL, and so test data only. The same text gives the same samples.</summary>
public static class Espeak
{
    private const string Program = "espeak-ng";

    public static bool IsInstalled { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>Mono, no silence added.</summary>
    /// <exception cref="InvalidOperationException">espeak-ng is not installed, or has no such voice.</exception>
    public static short[] Speak(string text, EspeakVoice voice, int sampleRate)
    {
        var wav = WavFile.Parse(Run(text, voice));
        var resampler = new Resampler(wav.SampleRate, sampleRate);
        var output = new short[resampler.OutputLength(wav.Channels[0].Length)];
        resampler.Process(wav.Channels[0], output);
        return output;
    }

    private static byte[] Run(string text, EspeakVoice voice)
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "-v", voice.Name,
                "-s", voice.WordsPerMinute.ToString(CultureInfo.InvariantCulture),
                "-p", voice.Pitch.ToString(CultureInfo.InvariantCulture),
                "--stdout", text,
            },
        };
        try
        {
            using var process = Process.Start(start)!;
            using var wav = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(wav);
            process.WaitForExit();
            return process.ExitCode == 0 && wav.Length > WavFile.HeaderSize
                ? wav.ToArray()
                : throw new InvalidOperationException($"espeak-ng cannot speak as {voice.Name}.");
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("espeak-ng is not installed; on Debian: apt-get install espeak-ng", exception);
        }
    }
}

/// <param name="Name">Voice and variant, such as "en-us+f3".</param>
/// <param name="Pitch">0…99, 50 is usual.</param>
public sealed record EspeakVoice(string Name, int WordsPerMinute = 160, int Pitch = 50);
