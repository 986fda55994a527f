using Parley.Simulation;

namespace Parley.Audio.Fitting;

/// <summary>What noise a clip is mixed with.</summary>
public enum NoiseKind
{
    White,
    Pink,
    Brown,
    Babble,
    Hum,
    Keyboard,
    Fan,
    Knocks,
}

/// <summary>Generated noise at 16 kHz with an RMS of about 1.</summary>
public static class Noises
{
    public static float[] Make(NoiseKind kind, int samples, SeededRandom random, IReadOnlyList<short[]> talkers, bool isHeldOut)
    {
        var noise = kind switch
        {
            NoiseKind.White => White(samples, random),
            NoiseKind.Pink => Pink(samples, random),
            NoiseKind.Brown => Brown(samples, random),
            NoiseKind.Babble => Babble(samples, random, talkers),
            NoiseKind.Hum => Hum(samples, random, isHeldOut ? 60 : 50),
            NoiseKind.Keyboard => Clicks(
                samples, random, perSecond: 6, decayMs: isHeldOut ? 5 : Math.Pow(10, -1 + 1.9 * random.NextDouble())),
            NoiseKind.Knocks => Clicks(samples, random, perSecond: 1.5, decayMs: isHeldOut ? 25 : 15 + 30 * random.NextDouble()),
            _ => Fan(samples, random, isHeldOut),
        };
        double energy = 0;
        foreach (var value in noise) energy += value * value;
        var gain = (float)(1 / Math.Sqrt(energy / samples + 1e-12));
        for (var i = 0; i < samples; i++) noise[i] *= gain;
        return noise;
    }

    /// <summary>Clicks come and go: "steady" is what a detector should learn to ignore altogether.</summary>
    public static bool IsSteady(NoiseKind kind) => kind is not (NoiseKind.Babble or NoiseKind.Keyboard or NoiseKind.Knocks);

    private static float[] White(int samples, SeededRandom random)
    {
        var noise = new float[samples];
        for (var i = 0; i < samples; i++) noise[i] = (float)random.NextGaussian();
        return noise;
    }

    /// <summary>Kellet's filter: −3 dB an octave within 0.05 dB.</summary>
    private static float[] Pink(int samples, SeededRandom random)
    {
        var noise = White(samples, random);
        double b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0;
        for (var i = 0; i < samples; i++)
        {
            double white = noise[i];
            b0 = 0.99886 * b0 + white * 0.0555179;
            b1 = 0.99332 * b1 + white * 0.0750759;
            b2 = 0.96900 * b2 + white * 0.1538520;
            b3 = 0.86650 * b3 + white * 0.3104856;
            b4 = 0.55000 * b4 + white * 0.5329522;
            b5 = -0.7616 * b5 - white * 0.0168980;
            noise[i] = (float)(b0 + b1 + b2 + b3 + b4 + b5 + b6 + white * 0.5362);
            b6 = white * 0.115926;
        }
        return noise;
    }

    private static float[] Brown(int samples, SeededRandom random)
    {
        var noise = White(samples, random);
        double sum = 0;
        for (var i = 0; i < samples; i++) noise[i] = (float)(sum = 0.985 * sum + noise[i]);
        return noise;
    }

    private static float[] Babble(int samples, SeededRandom random, IReadOnlyList<short[]> talkers)
    {
        var noise = new float[samples];
        for (var voice = 0; voice < 8; voice++)
        {
            var at = -random.NextInt(16000);
            while (at < samples)
            {
                var talk = talkers[random.NextInt(talkers.Count)];
                for (var i = Math.Max(0, -at); i < talk.Length && at + i < samples; i++) noise[at + i] += talk[i];
                at += talk.Length + random.NextInt(3000);
            }
        }
        return noise;
    }

    private static float[] Hum(int samples, SeededRandom random, double hertz)
    {
        var noise = new float[samples];
        for (var harmonic = 1; harmonic <= 20; harmonic++)
        {
            var amplitude = random.NextDouble() / harmonic;
            var phase = random.NextDouble() * 6.28;
            for (var i = 0; i < samples; i++) noise[i] += (float)(amplitude * Math.Sin(2 * Math.PI * hertz * harmonic * i / 16000 + phase));
        }
        for (var i = 0; i < samples; i++) noise[i] += (float)(0.03 * random.NextGaussian());
        return noise;
    }

    /// <summary>Short decaying bursts of a resonance and noise at random moments: keys, or knocks on a table.</summary>
    private static float[] Clicks(int samples, SeededRandom random, double perSecond, double decayMs)
    {
        var noise = new float[samples];
        var hiss = random.NextDouble() < 0.4 ? 0 : 0.003;
        for (var i = 0; i < samples; i++) noise[i] = (float)(hiss * random.NextGaussian());
        for (var at = random.NextInt(16000); at < samples; at += (int)(16000 / perSecond * (0.3 + 1.4 * random.NextDouble())))
        {
            var hertz = decayMs > 12 ? 100 + 500 * random.NextDouble() : 800 + 4000 * random.NextDouble();
            var strength = 0.4 + random.NextDouble();
            var decay = decayMs * 16;
            for (var i = 0; i <= 8 * decay && at + i < samples; i++)
                noise[at + i] += (float)(strength * Math.Exp(-i / decay)
                    * (0.6 * random.NextGaussian() + Math.Sin(2 * Math.PI * hertz * i / 16000)));
        }
        return noise;
    }

    /// <summary>Air and blades: noise below a corner that slowly swells, with tones of the motor.</summary>
    private static float[] Fan(int samples, SeededRandom random, bool isHeldOut)
    {
        var noise = White(samples, random);
        var corner = isHeldOut ? 0.25 : 0.1 + 0.5 * random.NextDouble();
        var blade = isHeldOut ? 143 : 70 + 200 * random.NextDouble();
        double low = 0;
        for (var i = 0; i < samples; i++)
        {
            low += corner * (noise[i] - low);
            var swell = 1 + 0.15 * Math.Sin(2 * Math.PI * 0.7 * i / 16000);
            var tones = 0.0;
            for (var harmonic = 1; harmonic <= 4; harmonic++) tones += Math.Sin(2 * Math.PI * blade * harmonic * i / 16000) / harmonic;
            noise[i] = (float)(low * swell + 0.08 * tones);
        }
        return noise;
    }
}
