namespace Parley.Audio;

/// <summary>
/// Decodes Opus to mono with libopus (RFC 6716); stereo packets are mixed down. Packets may be hostile: what cannot be
/// decoded gives 0 samples, never an exception. Owned by one thread; allocates nothing after construction.
/// </summary>
public sealed class OpusDecoder : IDisposable
{
    private readonly OpusDecoderHandle _decoder;

    /// <param name="sampleRate">Hz: 8000, 12000, 16000, 24000 or 48000, whatever the packets carry.</param>
    /// <exception cref="DllNotFoundException">libopus is absent.</exception>
    public OpusDecoder(int sampleRate)
    {
        OpusLibrary.ThrowIfNotRate(sampleRate);
        SampleRate = sampleRate;
        _decoder = LibOpus.DecoderCreate(sampleRate, 1, out var error);
        if (error != LibOpus.Ok) throw new InvalidOperationException($"opus_decoder_create: {OpusLibrary.Describe(error)}");
    }

    /// <summary>Hz.</summary>
    public int SampleRate { get; }

    /// <summary>Samples of the longest packet, 120 ms: a buffer of this size fits every <see cref="Decode"/>.</summary>
    public int MaxSamples => SampleRate / 1000 * 120;

    /// <summary>Decodes one packet and returns its samples; 0 when it is malformed or does not fit <paramref name="pcm"/>.</summary>
    public int Decode(ReadOnlySpan<byte> packet, Span<short> pcm) =>
        // libopus takes an empty packet as a request for concealment, which is not what the caller of this asked.
        packet.IsEmpty || pcm.IsEmpty ? 0 : Math.Max(0, LibOpus.Decode(_decoder, packet, packet.Length, pcm, pcm.Length, 0));

    /// <summary>
    /// Rebuilds the lost frame before <paramref name="nextPacket"/> from the copy in it, and what is lost before that
    /// frame by concealment. The packet itself is to be decoded afterwards. With no copy in it all is concealed;
    /// <see cref="OpusPacket.HasInbandFec"/> tells before. Returns the samples, 0 when the packet is malformed.
    /// </summary>
    /// <param name="nextPacket">The packet that follows the loss.</param>
    /// <param name="pcm">As long as the loss: a multiple of 2.5 ms, at most 120 ms.</param>
    public int DecodeFec(ReadOnlySpan<byte> nextPacket, Span<short> pcm)
    {
        ThrowIfNotGap(pcm.Length);
        return nextPacket.IsEmpty ? 0 : Math.Max(0, LibOpus.Decode(_decoder, nextPacket, nextPacket.Length, pcm, pcm.Length, 1));
    }

    /// <summary>Makes up audio for a lost packet from the past and fades it as losses go on. Returns the samples.</summary>
    /// <param name="pcm">As long as the loss: a multiple of 2.5 ms, at most 120 ms.</param>
    public int Conceal(Span<short> pcm)
    {
        ThrowIfNotGap(pcm.Length);
        return Math.Max(0, LibOpus.Decode(_decoder, default, 0, pcm, pcm.Length, 0));
    }

    /// <summary>Forgets the past: the next packet starts a new stream.</summary>
    public void Reset() => _ = LibOpus.DecoderCtl(_decoder, LibOpus.ResetState, 0);

    public void Dispose() => _decoder.Dispose();

    private void ThrowIfNotGap(int samples)
    {
        if (samples == 0 || samples % (SampleRate / 400) != 0 || samples > MaxSamples)
            throw new ArgumentException("A gap is a multiple of 2.5 ms, at most 120 ms.", nameof(samples));
    }
}
