using Parley.Audio;

namespace Parley.Cli.Load;

/// <summary>A second of a steady, wavering vowel, encoded once: what every call says, over and over. Immutable.</summary>
internal sealed class LoadSound
{
    public static readonly TimeSpan FramePeriod = TimeSpan.FromMilliseconds(20);

    /// <summary>Of a frame, in units of 1/48000 s. (RFC 7587 §4.1)</summary>
    public const uint TimestampStep = 960;

    private const int SampleRate = 24_000;
    private const int FrameLength = SampleRate / 50;
    private const int FrameCount = 50;
    private const int Harmonics = 12;

    private readonly byte[][] _frames = new byte[FrameCount][];

    /// <exception cref="DllNotFoundException">libopus is absent.</exception>
    public LoadSound()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig { SampleRate = SampleRate });
        Span<short> pcm = stackalloc short[FrameLength];
        Span<byte> packet = stackalloc byte[OpusEncoder.MaxPacketLength];
        for (var frame = 0; frame < FrameCount; frame++)
        {
            for (var i = 0; i < FrameLength; i++) pcm[i] = SampleAt((double)(frame * FrameLength + i) / SampleRate);
            _frames[frame] = packet[..encoder.Encode(pcm, packet)].ToArray();
        }
    }

    /// <summary>The Opus packet of a frame, counted from the call's first.</summary>
    public ReadOnlySpan<byte> this[long number] => _frames[number % FrameCount];

    /// <summary>All of it fits a whole number of times into the second, so that its end joins its beginning.</summary>
    private static short SampleAt(double seconds)
    {
        var phase = 2 * Math.PI * (140 * seconds + 4 * Math.Sin(2 * Math.PI * 3 * seconds));
        double sum = 0;
        for (var harmonic = 1; harmonic <= Harmonics; harmonic++) sum += Math.Sin(harmonic * phase) / harmonic;
        return (short)(6000 * sum * (0.8 + 0.2 * Math.Sin(2 * Math.PI * 4 * seconds)));
    }
}
