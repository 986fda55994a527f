namespace Parley.Audio;

/// <summary>
/// One caller's audio from RTP packets to samples in order: an <see cref="UplinkBuffer"/> with the decoder that does what
/// it says. After each <see cref="Insert"/>, and when <see cref="NextDeadline"/> is due, poll until
/// <see cref="TryPoll"/> is false. Owned by one thread; allocates nothing per packet.
/// </summary>
public sealed class AudioUplink : IDisposable
{
    private readonly UplinkBuffer _buffer;
    private readonly OpusDecoder _decoder;

    /// <summary>For revisions, so that a packet out of its order does not disturb the state that the next one needs.</summary>
    private readonly OpusDecoder _revisionDecoder;
    private readonly byte[] _payload = new byte[PacketShelf.MaxPayload];
    private readonly int _ratio;

    /// <param name="sampleRate">Hz of the samples given: 8000, 12000, 16000, 24000 or 48000.</param>
    /// <param name="config">How long to wait; null for the defaults.</param>
    public AudioUplink(int sampleRate = 24000, UplinkConfig? config = null)
    {
        _buffer = new UplinkBuffer(config);
        _decoder = new OpusDecoder(sampleRate);
        _revisionDecoder = new OpusDecoder(sampleRate);
        _ratio = 48000 / sampleRate;
    }

    /// <summary>Hz.</summary>
    public int SampleRate => _decoder.SampleRate;

    /// <summary>Samples of the longest frame, 120 ms: the room that <see cref="TryPoll"/> needs.</summary>
    public int MaxSamples => _decoder.MaxSamples;

    public CounterTable<UplinkCount> Counters => _buffer.Counters;

    /// <inheritdoc cref="UplinkBuffer.NextDeadline"/>
    public Deadline NextDeadline => _buffer.NextDeadline;

    /// <inheritdoc cref="UplinkBuffer.RepairWait"/>
    public TimeSpan RepairWait
    {
        get => _buffer.RepairWait;
        set => _buffer.RepairWait = value;
    }

    /// <inheritdoc cref="UplinkBuffer.Insert"/>
    public void Insert(SeqNo seq, uint rtpTimestamp, ReadOnlySpan<byte> payload, Instant arrival, uint ssrc = 0, bool isRepair = false) =>
        _buffer.Insert(seq, rtpTimestamp, payload, arrival, ssrc, isRepair);

    /// <summary>Gives the next frame of samples; false when there is none yet.</summary>
    /// <exception cref="ArgumentException"><paramref name="pcm"/> is shorter than <see cref="MaxSamples"/>.</exception>
    public bool TryPoll(Instant now, Span<short> pcm, out UplinkFrame frame)
    {
        if (pcm.Length < MaxSamples) throw new ArgumentException("The room must hold 120 ms.", nameof(pcm));
        while (_buffer.TryPoll(now, _payload, out var packet))
        {
            // Whole samples by the difference of the ends: odd timestamps leave no gap and no overlap.
            var count = (int)((packet.Position + packet.Duration) / _ratio - packet.Position / _ratio);
            if (!TryFill(packet, pcm, count, out var kind)) continue;
            frame = new UplinkFrame
            {
                Kind = kind,
                RtpTimestamp = packet.RtpTimestamp,
                SampleCount = count,
                CaptureTime = TimeSpan.FromTicks(packet.Position / _ratio * TimeSpan.TicksPerSecond / SampleRate),
            };
            return true;
        }
        frame = default;
        return false;
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _revisionDecoder.Dispose();
    }

    /// <summary>False for a revision that cannot be decoded: it is better not had.</summary>
    private bool TryFill(in UplinkPacket packet, Span<short> pcm, int count, out UplinkFrameKind kind)
    {
        kind = packet.Kind;
        var payload = _payload.AsSpan(0, packet.PayloadLength);
        switch (kind)
        {
            case UplinkFrameKind.Decoded:
                if (packet.StartsStream) _decoder.Reset();
                if (TryDecode(_decoder, payload, pcm, count)) return true;
                break;
            case UplinkFrameKind.Revision:
                _revisionDecoder.Reset();
                if (TryDecode(_revisionDecoder, payload, pcm, count)) return true;
                Counters.Increment(UplinkCount.Undecodable);
                return false;
            case UplinkFrameKind.RecoveredByFec:
                if (_decoder.DecodeFec(payload, pcm[..(packet.Duration / _ratio)]) > 0) return true;
                break;
            case UplinkFrameKind.Concealed when packet.IsExtendable:
                _decoder.Conceal(pcm[..(packet.Duration / _ratio)]);
                return true;
            default:
                pcm[..count].Clear();
                return true;
        }
        Counters.Increment(UplinkCount.Undecodable);
        kind = UplinkFrameKind.Concealed;
        pcm[..count].Clear();
        return true;
    }

    /// <summary>Decodes the last <paramref name="count"/> samples of a packet; what comes before them is covered already.</summary>
    private static bool TryDecode(OpusDecoder decoder, ReadOnlySpan<byte> payload, Span<short> pcm, int count)
    {
        var decoded = decoder.Decode(payload, pcm);
        if (decoded < count) return false;
        if (decoded > count) pcm[(decoded - count)..decoded].CopyTo(pcm);
        return true;
    }
}
