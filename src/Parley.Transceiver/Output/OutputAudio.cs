using Parley.Audio;

namespace Parley.Transceiver.Output;

/// <summary>What the client hears: reply audio in, paced Opus packets out. Pure; allocates nothing per packet.</summary>
internal sealed class OutputAudio : IDisposable
{
    /// <summary>Forward error correction is worth its bits from the start: the first report comes seconds into the call.</summary>
    private const int FirstExpectedLoss = 5;

    private const int MaxExpectedLoss = 30;

    private readonly PlayoutQueue _queue = new();
    private readonly OpusEncoder _encoder = new(new OpusEncoderConfig
    {
        SampleRate = PlayoutQueue.SampleRate,
        BitsPerSecond = 32_000,
        UseInbandFec = true,
        ExpectedLossPercent = FirstExpectedLoss,
    });
    private readonly Pacer _pacer;
    private double _loss = FirstExpectedLoss / 100.0;
    private int _expectedLoss = FirstExpectedLoss;

    public OutputAudio(uint firstTimestamp) => _pacer = new Pacer(firstTimestamp);

    public Deadline NextDeadline => _pacer.NextDeadline;

    public long SkippedFrames => _pacer.Skipped;

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
        output = default;
        if (!_pacer.TryTick(now, out var timestamp, out var marker)) return false;
        Span<short> frame = stackalloc short[PlayoutQueue.FrameLength];
        var hasSound = _queue.TryFill(frame);
        output = new OutputPacket(_encoder.Encode(frame, packet), timestamp, marker);
        _pacer.Sent(isSilence: !hasSound);
        return true;
    }

    public bool TryPollUpdate(out ReplyPlayout update) => _queue.TryPollUpdate(out update);

    /// <summary>Steers the encoder's error correction by what the receiver reports, 0…1: up at once, down slowly.</summary>
    public void ReportLoss(double fractionLost)
    {
        _loss = fractionLost > _loss ? fractionLost : (0.8 * _loss) + (0.2 * fractionLost);
        var percent = Math.Clamp((int)Math.Ceiling(_loss * 100), 0, MaxExpectedLoss);
        if (percent == _expectedLoss) return;
        _expectedLoss = percent;
        _encoder.SetExpectedLoss(percent);
    }

    public void Dispose() => _encoder.Dispose();
}

/// <summary>An encoded frame and its place in the RTP stream.</summary>
internal readonly record struct OutputPacket(int Length, uint RtpTimestamp, bool Marker);
