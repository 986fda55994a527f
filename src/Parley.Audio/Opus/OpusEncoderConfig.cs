namespace Parley.Audio;

/// <summary>What an <see cref="OpusEncoder"/> is made with. Mono, voice.</summary>
public sealed record OpusEncoderConfig
{
    /// <summary>Hz: 8000, 12000, 16000, 24000 or 48000.</summary>
    public int SampleRate { get; init; } = 24000;

    /// <summary>Target rate, 6000…128000 bit/s.</summary>
    public int BitsPerSecond { get; init; } = 32000;

    /// <summary>
    /// Puts a coarse copy (LBRR) of each frame into the packet that follows. libopus makes one only while
    /// <see cref="ExpectedLossPercent"/> is above zero and the rate has room for it.
    /// </summary>
    public bool UseInbandFec { get; init; } = true;

    /// <summary>
    /// Loss in percent that the encoder prepares for, 0…100. Follow the receiver's reports by
    /// <see cref="OpusEncoder.SetExpectedLoss"/>.
    /// </summary>
    public int ExpectedLossPercent { get; init; } = 10;

    /// <summary>CPU against quality, 0…10.</summary>
    public int Complexity { get; init; } = 5;

    /// <summary>Discontinuous transmission: in silence <see cref="OpusEncoder.Encode"/> gives packets of at most 2 bytes.</summary>
    public bool UseDtx { get; init; }

    /// <summary>Every packet of a duration has the same length. Otherwise the rate is an average, and silence takes little of it.</summary>
    public bool IsConstantBitrate { get; init; }

    /// <summary>The widest audio band that is coded.</summary>
    public OpusBandwidth MaxBandwidth { get; init; } = OpusBandwidth.Full;

    internal void Validate()
    {
        OpusLibrary.ThrowIfNotRate(SampleRate);
        Check(BitsPerSecond, 6000, 128000, nameof(BitsPerSecond));
        Check(ExpectedLossPercent, 0, 100, nameof(ExpectedLossPercent));
        Check(Complexity, 0, 10, nameof(Complexity));
        if (!Enum.IsDefined(MaxBandwidth)) throw new ArgumentOutOfRangeException(nameof(MaxBandwidth));
    }

    private static void Check(int value, int minimum, int maximum, string name)
    {
        if (value < minimum || value > maximum)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be in {minimum}…{maximum}.");
    }
}
