namespace Parley.Audio;

/// <summary>
/// Encodes mono speech with libopus (RFC 6716). Owned by one thread; <see cref="Encode"/> allocates nothing.
/// </summary>
public sealed class OpusEncoder : IDisposable
{
    /// <summary>Bytes that hold any packet at the rates of <see cref="OpusEncoderConfig"/>, 60 ms at 128 kbit/s included.</summary>
    public const int MaxPacketLength = 1275;

    private readonly OpusEncoderHandle _encoder;

    /// <exception cref="ArgumentOutOfRangeException">A value of <paramref name="config"/> is out of its range.</exception>
    /// <exception cref="DllNotFoundException">libopus is absent.</exception>
    public OpusEncoder(OpusEncoderConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        SampleRate = config.SampleRate;
        _encoder = LibOpus.EncoderCreate(config.SampleRate, 1, LibOpus.ApplicationVoip, out var error);
        if (error != LibOpus.Ok) throw new InvalidOperationException($"opus_encoder_create: {OpusLibrary.Describe(error)}");
        Set(LibOpus.SetSignal, LibOpus.SignalVoice);
        Set(LibOpus.SetBitrate, config.BitsPerSecond);
        Set(LibOpus.SetComplexity, config.Complexity);
        Set(LibOpus.SetInbandFec, config.UseInbandFec ? 1 : 0);
        Set(LibOpus.SetPacketLossPercent, config.ExpectedLossPercent);
        Set(LibOpus.SetDtx, config.UseDtx ? 1 : 0);
        Set(LibOpus.SetVbr, config.IsConstantBitrate ? 0 : 1);
        Set(LibOpus.SetMaxBandwidth, (int)config.MaxBandwidth);
    }

    /// <summary>Hz.</summary>
    public int SampleRate { get; }

    /// <summary>Samples by which the decoded signal lags behind the input (the encoder's look-ahead).</summary>
    public int Lookahead
    {
        get
        {
            ThrowIfFailed(LibOpus.EncoderCtl(_encoder, LibOpus.GetLookahead, out int samples), LibOpus.GetLookahead);
            return samples;
        }
    }

    /// <summary>Encodes one frame and returns the length of the packet, 1 or more bytes.</summary>
    /// <param name="pcm">Exactly 2.5, 5, 10, 20, 40 or 60 ms.</param>
    /// <param name="packet">Room for the packet; a short one lowers the rate. <see cref="MaxPacketLength"/> is always enough.</param>
    /// <exception cref="ArgumentException">The frame has another length.</exception>
    public int Encode(ReadOnlySpan<short> pcm, Span<byte> packet)
    {
        if (!IsFrame(pcm.Length)) throw new ArgumentException("A frame is 2.5, 5, 10, 20, 40 or 60 ms.", nameof(pcm));
        if (packet.IsEmpty) throw new ArgumentException("No room for a packet.", nameof(packet));
        var length = LibOpus.Encode(_encoder, pcm, pcm.Length, packet, Math.Min(packet.Length, MaxPacketLength));
        return length > 0 ? length : throw new InvalidOperationException($"opus_encode: {OpusLibrary.Describe(length)}");
    }

    /// <summary>Target rate, 6000…128000 bit/s.</summary>
    public void SetBitsPerSecond(int bitsPerSecond) => Set(LibOpus.SetBitrate, Math.Clamp(bitsPerSecond, 6000, 128000));

    /// <summary>Loss that in-band FEC prepares for, 0…100 %.</summary>
    public void SetExpectedLoss(int percent) => Set(LibOpus.SetPacketLossPercent, Math.Clamp(percent, 0, 100));

    /// <summary>CPU against quality, 0…10.</summary>
    public void SetComplexity(int complexity) => Set(LibOpus.SetComplexity, Math.Clamp(complexity, 0, 10));

    /// <summary>Forgets the past: the next frame starts a new stream.</summary>
    public void Reset() => Set(LibOpus.ResetState, 0);

    public void Dispose() => _encoder.Dispose();

    private bool IsFrame(int samples)
    {
        var shortest = SampleRate / 400;
        return samples == shortest || samples == 2 * shortest || samples == 4 * shortest || samples == 8 * shortest
            || samples == 16 * shortest || samples == 24 * shortest;
    }

    private void Set(int request, int value) => ThrowIfFailed(LibOpus.EncoderCtl(_encoder, request, value), request);

    private static void ThrowIfFailed(int error, int request)
    {
        if (error != LibOpus.Ok) throw new InvalidOperationException($"opus_encoder_ctl({request}): {OpusLibrary.Describe(error)}");
    }
}
