using System.Buffers.Binary;
using Parley.Audio;

namespace Parley.Cli.Call;

/// <summary>
/// Reads WAV files (RIFF, "Multimedia Programming Interface and Data Specifications 1.0"; WAVE_FORMAT_EXTENSIBLE): PCM of 8 to 32 bits,
/// floating point, A-law and μ-law, any rate, any number of channels, which are mixed.
/// </summary>
internal static class WavFile
{
    /// <summary>Above the rates that are converted at once; others go by way of it.</summary>
    private const int HighRate = 192_000;

    private static readonly int[] Rates = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, HighRate];

    /// <summary>Mono samples at <paramref name="rate"/>.</summary>
    /// <exception cref="InvalidDataException">It is no WAV file, or of a kind that is not read; the message says what.</exception>
    public static short[] Read(ReadOnlySpan<byte> file, int rate)
    {
        if (file.Length < 12 || !(file[..4].SequenceEqual("RIFF"u8) || file[..4].SequenceEqual("RF64"u8)) || !file[8..12].SequenceEqual("WAVE"u8))
            throw new InvalidDataException("it is not a WAV file");
        var format = default(WavFormat?);
        for (var rest = file[12..]; rest.Length >= 8;)
        {
            var id = rest[..4];
            // A writer that could not go back leaves 0 or all ones: the data go on to the end.
            var declared = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var body = rest[8..];
            var length = (int)Math.Min(declared, (uint)body.Length);
            if (id.SequenceEqual("fmt "u8)) format = WavFormat.Parse(body[..length]);
            if (id.SequenceEqual("data"u8))
            {
                if (format is null) throw new InvalidDataException("its data come before their format");
                return Convert(format, declared == 0 ? body : body[..length], rate);
            }
            // Chunks begin at even places.
            var next = Math.Min((long)length + (length & 1), body.Length);
            rest = body[(int)next..];
        }
        throw new InvalidDataException("it has no audio data");
    }

    private static short[] Convert(WavFormat format, ReadOnlySpan<byte> data, int rate)
    {
        var frames = data.Length / format.FrameLength;
        if (frames == 0) throw new InvalidDataException("it has no audio data");
        var mono = new short[frames];
        for (var i = 0; i < frames; i++)
        {
            var frame = data.Slice(i * format.FrameLength, format.FrameLength);
            var sum = 0.0;
            for (var channel = 0; channel < format.Channels; channel++) sum += format.SampleAt(frame, channel);
            mono[i] = (short)Math.Clamp(Math.Round(sum / format.Channels), short.MinValue, short.MaxValue);
        }
        if (Array.IndexOf(Rates, format.Rate) >= 0) return Resample(mono, format.Rate, rate);
        return Resample(Interpolate(mono, format.Rate), HighRate, rate);
    }

    private static short[] Resample(short[] samples, int from, int to)
    {
        var resampler = new Resampler(from, to);
        // The filter's delay at the start is cut off, and pushed out at the end.
        short[] padded = [.. samples, .. new short[resampler.DelayInputSamples]];
        var output = new short[resampler.OutputLength(padded.Length)];
        resampler.Process(padded, output);
        return output[(int)((long)resampler.DelayInputSamples * to / from)..];
    }

    /// <summary>Straight lines up to a rate so high that their error is far above speech.</summary>
    private static short[] Interpolate(short[] samples, int rate)
    {
        var output = new short[(int)Math.Min((long)samples.Length * HighRate / rate, int.MaxValue / 4)];
        for (var i = 0; i < output.Length; i++)
        {
            var at = (double)i * rate / HighRate;
            var index = (int)at;
            var next = samples[Math.Min(index + 1, samples.Length - 1)];
            output[i] = (short)Math.Round(samples[index] + (next - samples[index]) * (at - index));
        }
        return output;
    }
}
