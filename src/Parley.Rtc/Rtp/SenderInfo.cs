namespace Parley.Rtc.Rtp;

/// <summary>What a sender report says of its sender. (RFC 3550 §6.4.1)</summary>
internal readonly record struct SenderInfo
{
    public uint Ssrc { get; init; }

    /// <summary>Seconds in 32.32 fixed point on the sender's clock.</summary>
    public ulong NtpTime { get; init; }

    /// <summary>The same instant in the units of the media's timestamps.</summary>
    public uint RtpTimestamp { get; init; }

    public uint PacketCount { get; init; }

    public uint OctetCount { get; init; }
}
