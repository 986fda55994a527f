using Parley.Audio;

namespace Parley.Transceiver.Input;

/// <summary>
/// What the client's microphone brings as media: RTP payloads in, one <see cref="HeardFrame"/> per 10 ms out. Pure; allocates nothing
/// per packet.
/// </summary>
internal sealed class InputAudio : IDisposable
{
    private const int UplinkRate = 24_000;

    /// <summary>Without a packet for so long the client is taken to be silent: the end of a turn must not wait for packets.</summary>
    private static readonly TimeSpan StallAfter = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(10);

    /// <summary>More silence than this tells the session nothing new.</summary>
    private static readonly TimeSpan MaxStallFill = TimeSpan.FromSeconds(10);

    private readonly AudioUplink _uplink = new(UplinkRate);
    private readonly Resampler _resampler = new(UplinkRate, InputSound.SampleRate);
    private readonly short[] _decoded;

    private Instant _stallBegins = Instant.Never;
    private Instant _nextFill = Instant.Never;
    private Instant _fillEnds;

    /// <summary>Silence made up in stalls that the uplink may bring once more when packets come again.</summary>
    private long _debt;

    public InputAudio() => _decoded = new short[_uplink.MaxSamples];

    public CounterTable<UplinkCount> Counters => _uplink.Counters;

    public InputSound Sound { get; } = new();

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
        while (!Sound.HasFrame)
        {
            if (_uplink.TryPoll(now, _decoded, out var decoded)) Take(decoded);
            else if (!TryFill(now)) break;
        }
        return Sound.TryPoll(out frame);
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
        Span<short> resampled = stackalloc short[InputSound.FrameLength * 2];
        while (!samples.IsEmpty)
        {
            // 10 ms at a time bound the stack.
            var take = Math.Min(samples.Length, UplinkRate / 100);
            var length = _resampler.Process(samples[..take], resampled);
            Sound.Append(resampled[..length]);
            samples = samples[take..];
        }
    }
}
