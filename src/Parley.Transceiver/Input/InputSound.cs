using Parley.Audio;

namespace Parley.Transceiver.Input;

/// <summary>
/// A session's input as sound, however it came: one <see cref="HeardFrame"/> per 10 ms, and the last <see cref="Lookback"/> for an
/// utterance that turns out to have begun a while ago. Its sample clock is the session's input clock. Pure; allocates nothing once
/// it has heard something.
/// </summary>
internal sealed class InputSound
{
    /// <summary>Hz of the sound kept and given to detector and recogniser.</summary>
    public const int SampleRate = 16_000;

    /// <summary>Samples of one frame, 10 ms.</summary>
    public const int FrameLength = SampleRate / 100;

    /// <summary>How far back <see cref="CopyFrom"/> reaches.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromSeconds((double)RingLength / SampleRate);

    private const int RingLength = 1 << 16;

    /// <summary>Both are made by the first sound: sessions of text never need them.</summary>
    private SpeechDetector? _detector;
    private short[] _ring = [];

    /// <summary>Samples written to the ring, and samples of it that the detector has heard.</summary>
    private long _written;
    private long _heard;

    /// <summary>Samples of input so far.</summary>
    public long Position => _heard;

    /// <summary>A whole frame waits to be heard.</summary>
    public bool HasFrame => _written - _heard >= FrameLength;

    /// <summary>Takes 16 kHz samples. Poll until there is no frame before the next ones.</summary>
    public void Append(ReadOnlySpan<short> samples)
    {
        if (_ring.Length == 0) (_ring, _detector) = (new short[RingLength], new SpeechDetector());
        while (!samples.IsEmpty)
        {
            var free = _ring.AsSpan((int)(_written & (RingLength - 1)));
            var some = samples[..Math.Min(samples.Length, free.Length)];
            some.CopyTo(free);
            _written += some.Length;
            samples = samples[some.Length..];
        }
    }

    /// <summary>The next 10 ms.</summary>
    public bool TryPoll(out HeardFrame frame)
    {
        if (!HasFrame)
        {
            frame = default;
            return false;
        }
        // A ring of 2^16 samples is no whole number of frames.
        Span<short> copy = stackalloc short[FrameLength];
        Read(_heard, copy);
        _heard += FrameLength;
        frame = new HeardFrame(_detector!.Process(copy), _heard);
        return true;
    }

    /// <summary>Copies sound from sample <paramref name="position"/> on; where that is too long ago, from the oldest sample kept.</summary>
    /// <returns>The position after the last sample copied: repeat until it is <see cref="Position"/>.</returns>
    public long CopyFrom(long position, Span<short> destination, out int length)
    {
        position = Math.Max(position, Math.Max(0, _written - RingLength));
        length = (int)Math.Min(destination.Length, Math.Max(0, _heard - position));
        Read(position, destination[..length]);
        return position + length;
    }

    private void Read(long position, Span<short> destination)
    {
        if (destination.IsEmpty) return;
        var start = (int)(position & (RingLength - 1));
        var first = Math.Min(destination.Length, RingLength - start);
        _ring.AsSpan(start, first).CopyTo(destination);
        _ring.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
    }
}

/// <summary>The detector's verdict on 10 ms of input.</summary>
/// <param name="SpeechProbability">0…1.</param>
/// <param name="End">Samples of input up to the end of the frame.</param>
internal readonly record struct HeardFrame(float SpeechProbability, long End);
