using System.Buffers.Binary;
using Parley.Audio;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Items;

/// <summary>Whole recordings between the bytes of a session's format and samples, with no delay and no loss at the end.</summary>
internal static class SampleBytes
{
    private const int TelephoneRate = 8_000;

    /// <summary>Half a sample at the end is left out.</summary>
    public static short[] Decode(ReadOnlySpan<byte> bytes, AudioFormat format, int sampleRate)
    {
        var samples = new short[bytes.Length / format.BytesPerSample];
        switch (format.Type)
        {
            case "audio/pcmu":
                MuLaw.Decode(bytes, samples);
                break;
            case "audio/pcma":
                ALaw.Decode(bytes, samples);
                break;
            default:
                for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(i * 2)..]);
                break;
        }
        return Resample(samples, format.Rate ?? TelephoneRate, sampleRate);
    }

    public static byte[] Encode(short[] samples, int sampleRate, AudioFormat format)
    {
        samples = Resample(samples, sampleRate, format.Rate ?? TelephoneRate);
        var bytes = new byte[samples.Length * format.BytesPerSample];
        switch (format.Type)
        {
            case "audio/pcmu":
                MuLaw.Encode(samples, bytes);
                break;
            case "audio/pcma":
                ALaw.Encode(samples, bytes);
                break;
            default:
                for (var i = 0; i < samples.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(i * 2), samples[i]);
                break;
        }
        return bytes;
    }

    /// <summary>How long the text of so many samples is, but for a few characters.</summary>
    public static long Base64Length(int samples, int sampleRate, AudioFormat format) =>
        (long)samples * (format.Rate ?? TelephoneRate) / sampleRate * format.BytesPerSample * 4 / 3;

    private static short[] Resample(short[] samples, int from, int to)
    {
        if (from == to) return samples;
        var resampler = new Resampler(from, to);
        var padded = new short[samples.Length + resampler.DelayInputSamples];
        samples.CopyTo(padded, 0);
        var resampled = new short[resampler.OutputLength(padded.Length)];
        resampler.Process(padded, resampled);
        // The filter's delay comes first; an output sample that falls between two places is taken to the nearer one.
        var delay = (int)Math.Round((double)resampler.DelayInputSamples * to / from);
        return resampled[Math.Min(delay, resampled.Length)..];
    }
}
