using System.Buffers.Binary;
using System.Globalization;

namespace Parley.EndToEnd.Tests;

/// <summary>What a fake microphone says and when. The voices are espeak-ng's, which no template of the recogniser comes from.</summary>
internal sealed class Timeline
{
    private const int SampleRate = 48_000;

    private readonly List<(double At, short[] Samples)> _parts = [];

    /// <param name="at">Seconds from the microphone's start.</param>
    public async Task<Timeline> SaysAsync(string text, double at, string voice, int wordsPerMinute = 160)
    {
        var file = Path.GetTempFileName();
        try
        {
            await ChildProcess.RunAsync(
                "espeak-ng", ["-v", voice, "-s", wordsPerMinute.ToString(CultureInfo.InvariantCulture), "-w", file, text], TimeSpan.FromSeconds(20));
            _parts.Add((at, Resampled(WavFile.Read(file))));
        }
        finally
        {
            File.Delete(file);
        }
        return this;
    }

    /// <summary>Writes a mono WAV of the given length in seconds.</summary>
    public void Write(string path, double seconds)
    {
        var samples = new short[(int)(seconds * SampleRate)];
        foreach (var (at, part) in _parts)
        {
            var start = (int)(at * SampleRate);
            part.AsSpan(0, Math.Min(part.Length, samples.Length - start)).CopyTo(samples.AsSpan(start));
        }
        WavFile.WriteMono(path, SampleRate, samples);
    }

    private static short[] Resampled(WavFile wav)
    {
        // Linear interpolation upwards is plenty for a microphone's test signal.
        var source = wav.Channels[0];
        var samples = new short[(int)((long)source.Length * SampleRate / wav.SampleRate)];
        for (var i = 0; i < samples.Length; i++)
        {
            var position = (double)i * wav.SampleRate / SampleRate;
            var index = (int)position;
            var next = Math.Min(index + 1, source.Length - 1);
            samples[i] = (short)(source[index] + (source[next] - source[index]) * (position - index));
        }
        return samples;
    }
}

/// <summary>16 bit PCM WAV, channel by channel.</summary>
internal sealed record WavFile(int SampleRate, short[][] Channels)
{
    private const int HeaderSize = 44;

    public static WavFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(22));
        var rate = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(24));
        var frames = (bytes.Length - HeaderSize) / 2 / channels;
        var samples = new short[channels][];
        for (var channel = 0; channel < channels; channel++)
        {
            samples[channel] = new short[frames];
            for (var i = 0; i < frames; i++)
                samples[channel][i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(HeaderSize + (i * channels + channel) * 2));
        }
        return new WavFile(rate, samples);
    }

    public static void WriteMono(string path, int sampleRate, ReadOnlySpan<short> samples)
    {
        var bytes = new byte[HeaderSize + samples.Length * 2];
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), sampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(34), 16);
        "data"u8.CopyTo(bytes.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), samples.Length * 2);
        for (var i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(HeaderSize + i * 2), samples[i]);
        File.WriteAllBytes(path, bytes);
    }
}
