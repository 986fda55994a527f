using Parley.Audio;

namespace Parley.Speech.Evaluation;

/// <summary>The way from mouth to recogniser: room, microphone, noise, Opus at 24 kHz and 32 kbit/s, back to 16 kHz.</summary>
public static class Line
{
    internal const int SampleRate = 16_000;
    private const int OpusRate = 24_000;
    private const int OpusFrame = OpusRate / 50;
    private const int Sound = 300;

    public static short[] Carry(ReadOnlySpan<short> voice, Condition condition, int seed)
    {
        var random = new Random(seed);
        var loudness = Loudness(voice);
        var signal = Place(voice, condition);
        if (condition.IsReverberant) Reverberate(signal, random);
        if (condition.Tilt != 0) Tilt(signal, condition.Tilt, loudness);
        var noise = loudness * Math.Pow(10, -condition.SignalToNoise / 20);
        var samples = new short[signal.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            var value = (signal[i] + noise * Gaussian(random)) * condition.Level;
            samples[i] = (short)Math.Clamp(value, short.MinValue, short.MaxValue);
        }
        return ThroughOpus(samples);
    }

    private static double[] Place(ReadOnlySpan<short> voice, Condition condition)
    {
        var before = (int)(condition.Before.TotalSeconds * SampleRate);
        if (condition.IsClipped)
        {
            var start = 0;
            while (start < voice.Length && Math.Abs((int)voice[start]) < Sound) start++;
            voice = voice[Math.Min(voice.Length, start + SampleRate / 20)..];
            before = 0;
        }
        var signal = new double[before + voice.Length + (int)(condition.After.TotalSeconds * SampleRate)];
        for (var i = 0; i < voice.Length; i++) signal[before + i] = voice[i];
        return signal;
    }

    private static void Reverberate(double[] signal, Random random)
    {
        const double reverberationTime = 0.3;
        var dry = (double[])signal.Clone();
        for (var echo = 0; echo < 120; echo++)
        {
            var delay = 0.004 + 0.25 * random.NextDouble();
            var gain = 0.35 * (2 * random.NextDouble() - 1) * Math.Pow(10, -3 * delay / reverberationTime);
            var shift = (int)(delay * SampleRate);
            for (var i = shift; i < signal.Length; i++) signal[i] += gain * dry[i - shift];
        }
    }

    private static void Tilt(double[] signal, double coefficient, double loudness)
    {
        double last = 0;
        for (var i = 0; i < signal.Length; i++)
        {
            var filtered = signal[i] - coefficient * last;
            last = coefficient > 0 ? signal[i] : filtered;
            signal[i] = filtered;
        }
        var loud = signal.Where(value => Math.Abs(value) > Sound).DefaultIfEmpty(loudness);
        var gain = loudness / Math.Sqrt(loud.Average(value => value * value));
        for (var i = 0; i < signal.Length; i++) signal[i] *= gain;
    }

    /// <summary>RMS of what is not silence.</summary>
    private static double Loudness(ReadOnlySpan<short> voice)
    {
        double sum = 0;
        var count = 1;
        foreach (var sample in voice)
        {
            if (Math.Abs((int)sample) < Sound) continue;
            sum += (double)sample * sample;
            count++;
        }
        return Math.Sqrt(sum / count);
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static short[] ThroughOpus(short[] samples)
    {
        var up = Resample(samples, SampleRate, OpusRate);
        Array.Resize(ref up, (up.Length + OpusFrame - 1) / OpusFrame * OpusFrame);
        using var encoder = new OpusEncoder(new());
        using var decoder = new OpusDecoder(OpusRate);
        var packet = new byte[OpusEncoder.MaxPacketLength];
        var output = new short[up.Length];
        for (var i = 0; i < up.Length; i += OpusFrame)
        {
            var length = encoder.Encode(up.AsSpan(i, OpusFrame), packet);
            decoder.Decode(packet.AsSpan(0, length), output.AsSpan(i, OpusFrame));
        }
        return Resample(output, OpusRate, SampleRate);
    }

    private static short[] Resample(ReadOnlySpan<short> samples, int from, int to)
    {
        var resampler = new Resampler(from, to);
        var output = new short[resampler.OutputLength(samples.Length)];
        resampler.Process(samples, output);
        return output;
    }
}
