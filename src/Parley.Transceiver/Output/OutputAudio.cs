using Parley.Audio;
using Parley.Rtc;
using Parley.Rtc.Sdp;

namespace Parley.Transceiver.Output;

/// <summary>
/// What the client hears: reply audio in, paced Opus packets out, made as the client asked for and the path allows. Pure; allocates
/// nothing per packet.
/// </summary>
internal sealed class OutputAudio : IDisposable
{
    /// <summary>A packet of so many bytes says that there is nothing to hear, and need not be sent. (RFC 6716 §2.1.9)</summary>
    private const int MaxDtxLength = 2;

    private readonly PlayoutQueue _queue = new();
    private readonly OutputSteering _steering;
    private readonly OpusEncoder _encoder;
    private readonly Pacer _pacer;
    private readonly bool _usesDtx;
    private OutputSettings _settings;
    private bool _hasPaused;

    /// <param name="client">What the client would like to receive.</param>
    public OutputAudio(uint firstTimestamp, OpusParameters client)
    {
        _pacer = new Pacer(firstTimestamp);
        _steering = new OutputSteering(client);
        _settings = _steering.Current;
        _usesDtx = client.UseDtx;
        _encoder = new OpusEncoder(new OpusEncoderConfig
        {
            SampleRate = PlayoutQueue.SampleRate,
            BitsPerSecond = _settings.BitsPerSecond,
            UseInbandFec = client.UseInbandFec,
            ExpectedLossPercent = _settings.ExpectedLossPercent,
            IsConstantBitrate = client.Cbr,
            UseDtx = client.UseDtx,
            MaxBandwidth = BandwidthOf(client.MaxPlaybackRate),
        });
    }

    public Deadline NextDeadline => _pacer.NextDeadline;

    public long SkippedFrames => _pacer.Skipped;

    /// <summary>Copies of earlier packets that each packet is to have. (RFC 2198)</summary>
    public int RedundancyLevels => _settings.RedundancyLevels;

    public void Enqueue(string responseId, ReadOnlyMemory<short> samples, Instant now)
    {
        _queue.Enqueue(responseId, samples);
        if (_queue.HasFrame) _pacer.Start(now);
    }

    public void Complete(string responseId, Instant now)
    {
        _queue.Complete(responseId);
        if (_queue.HasFrame) _pacer.Start(now);
    }

    /// <inheritdoc cref="PlayoutQueue.Clear"/>
    public int Clear(string responseId) => _queue.Clear(responseId);

    /// <summary>A packet that is due now.</summary>
    public bool TryPoll(Instant now, Span<byte> packet, out OutputPacket output)
    {
        Span<short> samples = stackalloc short[PlayoutQueue.FrameLength * OutputSteering.MaxFramesPerPacket];
        while (_pacer.TryTick(now, out var timestamp, out var marker))
        {
            // A reply that is still being made is not kept waiting for the rest of a long packet.
            var frames = _queue.HasFrame ? Math.Clamp(_queue.FramesReady, 1, _settings.FramesPerPacket) : _settings.FramesPerPacket;
            var hasSound = false;
            for (var i = 0; i < frames; i++) hasSound |= _queue.TryFill(samples.Slice(i * PlayoutQueue.FrameLength, PlayoutQueue.FrameLength));
            var filled = samples[..(frames * PlayoutQueue.FrameLength)];
            var length = _encoder.Encode(filled, packet);
            _pacer.Sent(isSilence: !hasSound, frames);
            var isLeftOut = _usesDtx && length <= MaxDtxLength;
            output = new OutputPacket(length, timestamp, marker || (_hasPaused && !isLeftOut), AudioLevel.Of(filled, hasSound));
            _hasPaused = isLeftOut;
            if (!isLeftOut) return true;
        }
        output = default;
        return false;
    }

    public bool TryPollUpdate(out ReplyPlayout update) => _queue.TryPollUpdate(out update);

    /// <summary>Follows what is measured of the way to the client; to be called each <see cref="OutputSteering.Period"/>.</summary>
    public void Steer(in OutputConditions conditions)
    {
        var before = _settings;
        _settings = _steering.Decide(conditions);
        if (_settings.BitsPerSecond != before.BitsPerSecond) _encoder.SetBitsPerSecond(_settings.BitsPerSecond);
        if (_settings.ExpectedLossPercent != before.ExpectedLossPercent) _encoder.SetExpectedLoss(_settings.ExpectedLossPercent);
    }

    public void Dispose() => _encoder.Dispose();

    /// <summary>RFC 7587 §6.1, maxplaybackrate: twice the bandwidth that the client can play.</summary>
    private static OpusBandwidth BandwidthOf(int playbackRate) => playbackRate switch
    {
        < 12_000 => OpusBandwidth.Narrow,
        < 16_000 => OpusBandwidth.Medium,
        < 24_000 => OpusBandwidth.Wide,
        < 48_000 => OpusBandwidth.SuperWide,
        _ => OpusBandwidth.Full,
    };
}

/// <summary>An encoded packet, its place in the RTP stream, and how loud it is.</summary>
internal readonly record struct OutputPacket(int Length, uint RtpTimestamp, bool Marker, AudioLevel Level);
