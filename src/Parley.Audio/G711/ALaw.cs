using System.Numerics;

namespace Parley.Audio;

/// <summary>
/// A-law PCM (ITU-T G.711, tables 1a and 1b; <c>audio/pcma</c>): one byte a sample, usually at 8000 Hz. Samples are 16 bits wide,
/// so the 13 bits of the recommendation are their upper ones.
/// </summary>
public static class ALaw
{
    /// <summary>The last magnitude below the virtual decision value 4096.</summary>
    private const int MaxMagnitude = (4096 << 3) - 1;

    /// <summary>Every other bit is sent inverted. (table 1a, note 2)</summary>
    private const int EvenBits = 0x55;

    private static readonly short[] Samples = MakeSamples();

    public static short Decode(byte code) => Samples[code];

    /// <summary>A value that no code has becomes the one in whose interval it lies; the sign of zero is plus.</summary>
    public static byte Encode(short sample)
    {
        var magnitude = Math.Min(Math.Abs((int)sample), MaxMagnitude);
        // The first two segments have steps of the same size.
        var segment = Math.Max(BitOperations.Log2((uint)magnitude | 1) - 7, 0);
        var step = (magnitude >> (Math.Max(segment, 1) + 3)) & 0xF;
        return (byte)(((sample < 0 ? 0 : 0x80) | (segment << 4) | step) ^ EvenBits);
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
            var bits = code ^ EvenBits;
            var segment = (bits >> 4) & 0x7;
            var step = ((bits & 0xF) << 1) + 1;
            // The middle of the interval; from the second segment on there is one more bit before the step.
            var magnitude = (segment == 0 ? step : (step + 32) << (segment - 1)) << 3;
            samples[code] = (short)((bits & 0x80) == 0 ? -magnitude : magnitude);
        }
        return samples;
    }
}
