using Parley.Audio;

namespace Parley.Transceiver.Input;

/// <summary>
/// What the client's microphone brings: RTP payloads in, one <see cref="HeardFrame"/> per 10 ms out, and the last
/// <see cref="Lookback"/> of sound for an utterance that turns out to have begun a while ago. Its sample clock is the session's
/// input clock. Pure; allocates nothing per packet.
/// </summary>
internal sealed class InputAudio : IDisposable
{
    /// <summary>Hz of the sound kept and given to detector and recogniser.</summary>
    public const int SampleRate = 16_000;

    /// <summary>Samples of one frame, 10 ms.</summary>
    public const int FrameLength = SampleRate / 100;

    /// <summary>How far back <see cref="CopyFrom"/> reaches.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromSeconds((double)RingLength / SampleRate);

    private const int RingLength = 1 << 16;
    private const int UplinkRate = 24_000;

    /// <summary>Without a packet for so long the client is taken to be silent: the end of a turn must not wait for packets.</summary>
    private static readonly TimeSpan StallAfter = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(10);

    /// <summary>More silence than this tells the session nothing new.</summary>
    private static readonly TimeSpan MaxStallFill = TimeSpan.FromSeconds(10);

    private readonly AudioUplink _uplink = new(UplinkRate);
    private readonly Resampler _resampler = new(UplinkRate, SampleRate);
    private readonly SpeechDetector _detector = new();
    private readonly short[] _decoded;
    private readonly short[] _ring = new short[RingLength];

    /// <summary>Samples written to the ring, and samples of it that the detector has heard.</summary>
    private long _written;
    private long _heard;

    private Instant _stallBegins = Instant.Never;
    private Instant _nextFill = Instant.Never;
    private Instant _fillEnds;

    /// <summary>Silence made up in stalls that the uplink may bring once more when packets come again.</summary>
    private long _debt;

    public InputAudio() => _decoded = new short[_uplink.MaxSamples];

    public CounterTable<UplinkCount> Counters => _uplink.Counters;

    /// <summary>Samples of input so far.</summary>
    public long Position => _heard;

    public Deadline NextDeadline
    {
        get
        {
            var fill = _nextFill.IsNever ? _stallBegins : _nextFill;
            return Deadline.Earlier(_uplink.NextDeadline, fill.IsNever ? Deadline.None : new Deadline(fill, "input.Stall"));
        }
    }

    /// <inheritdoc cref="UplinkBuffer.RepairWait"/>
    public TimeSpan RepairWait
    {
        set => _uplink.RepairWait = value;
    }

    public void Insert(SeqNo sequence, uint rtpTimestamp, ReadOnlySpan<byte> payload, Instant now, uint ssrc, bool isRepair = false)
    {
        _uplink.Insert(sequence, rtpTimestamp, payload, now, ssrc, isRepair);
        _stallBegins = now + StallAfter;
        _nextFill = Instant.Never;
    }

    /// <summary>The next 10 ms; poll after each <see cref="Insert"/>, and when the deadline has passed.</summary>
    public bool TryPoll(Instant now, out HeardFrame frame)
    {
        while (_written - _heard < FrameLength)
        {
            if (_uplink.TryPoll(now, _decoded, out var decoded)) Take(decoded);
            else if (!TryFill(now))
            {
                frame = default;
                return false;
            }
        }
        // A ring of 2^16 samples is no whole number of frames.
        Span<short> copy = stackalloc short[FrameLength];
        Read(_heard, copy);
        _heard += FrameLength;
        frame = new HeardFrame(_detector.Process(copy), _heard);
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

    public void Dispose() => _uplink.Dispose();

    private void Take(in UplinkFrame frame)
    {
        // The recogniser's stream goes one way, so a frame that comes after its time was filled otherwise has no use here.
        if (frame.Kind == UplinkFrameKind.Revision) return;
        if (frame.Kind is UplinkFrameKind.Silence or UplinkFrameKind.Concealed && _debt >= frame.SampleCount)
        {
            _debt -= frame.SampleCount;
            return;
        }
        if (frame.Kind == UplinkFrameKind.Decoded) _debt = 0;
        Append(_decoded.AsSpan(0, frame.SampleCount));
    }

    private bool TryFill(Instant now)
    {
        if (_nextFill.IsNever)
        {
            if (now < _stallBegins) return false;
            // What has passed since the last packet is made up at once, the rest as time goes by.
            _nextFill = _stallBegins - StallAfter + FrameTime;
            _fillEnds = _stallBegins + MaxStallFill;
            _stallBegins = Instant.Never;
        }
        if (now < _nextFill) return false;
        const int Samples = UplinkRate / 100;
        _decoded.AsSpan(0, Samples).Clear();
        Append(_decoded.AsSpan(0, Samples));
        _debt += Samples;
        _nextFill += FrameTime;
        if (_nextFill > _fillEnds) _nextFill = Instant.Never;
        return true;
    }

    private void Append(ReadOnlySpan<short> samples)
    {
        Span<short> resampled = stackalloc short[FrameLength * 2];
        while (!samples.IsEmpty)
        {
            // 10 ms at a time bound the stack.
            var take = Math.Min(samples.Length, UplinkRate / 100);
            var length = _resampler.Process(samples[..take], resampled);
            for (var i = 0; i < length; i++) _ring[(int)((_written + i) & (RingLength - 1))] = resampled[i];
            _written += length;
            samples = samples[take..];
        }
    }

    private void Read(long position, Span<short> destination)
    {
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
