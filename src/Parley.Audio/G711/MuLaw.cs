using System.Numerics;

namespace Parley.Audio;

/// <summary>
/// µ-law PCM (ITU-T G.711, tables 2a and 2b; <c>audio/pcmu</c>): one byte a sample, usually at 8000 Hz. Samples are 16 bits wide,
/// so the 14 bits of the recommendation are their upper ones.
/// </summary>
public static class MuLaw
{
    /// <summary>Moves the decision values, 1, 3, 5 … 31, 35 …, to where each segment begins at a power of two.</summary>
    private const int Bias = 33 << 2;

    /// <summary>The last magnitude below the virtual decision value 8159.</summary>
    private const int MaxMagnitude = (8159 << 2) - 1;

    private static readonly short[] Samples = MakeSamples();

    public static short Decode(byte code) => Samples[code];

    /// <summary>A value that no code has becomes the one in whose interval it lies; the sign of zero is plus.</summary>
    public static byte Encode(short sample)
    {
        var biased = Math.Min(Math.Abs((int)sample), MaxMagnitude) + Bias;
        var segment = BitOperations.Log2((uint)biased) - 7;
        var step = (biased >> (segment + 3)) & 0xF;
        // The recommendation sends all bits inverted, and the sign of what is not negative as 1. (table 2a, note 2)
        return (byte)~((sample < 0 ? 0x80 : 0) | (segment << 4) | step);
    }

    /// <exception cref="ArgumentException"><paramref name="samples"/> is shorter than <paramref name="codes"/>.</exception>
    public static void Decode(ReadOnlySpan<byte> codes, Span<short> samples)
    {
        if (samples.Length < codes.Length) throw new ArgumentException("There is no room for all samples.", nameof(samples));
        for (var i = 0; i < codes.Length; i++) samples[i] = Samples[codes[i]];
    }

    /// <exception cref="ArgumentException"><paramref name="codes"/> is shorter than <paramref name="samples"/>.</exception>
    public static void Encode(ReadOnlySpan<short> samples, Span<byte> codes)
    {
        if (codes.Length < samples.Length) throw new ArgumentException("There is no room for all codes.", nameof(codes));
        for (var i = 0; i < samples.Length; i++) codes[i] = Encode(samples[i]);
    }

    private static short[] MakeSamples()
    {
        var samples = new short[256];
        for (var code = 0; code < samples.Length; code++)
        {
            var bits = ~code;
            // The middle of the interval.
            var magnitude = (((((bits & 0xF) << 1) + 33) << ((bits >> 4) & 0x7)) << 2) - Bias;
            samples[code] = (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
        }
        return samples;
    }
}
