namespace Parley.Audio;

/// <summary>An RTP packet of the caller as it came.</summary>
/// <param name="opus">Default, with no duration, when there is no payload.</param>
/// <param name="isRepair">It was lost and comes once more.</param>
internal readonly ref struct ArrivedPacket(
    uint ssrc, SeqNo seq, uint rtpTimestamp, ReadOnlySpan<byte> payload, OpusPacket opus, Instant arrival, bool isRepair)
{
    public ReadOnlySpan<byte> Payload { get; } = payload;
    public OpusPacket Opus { get; } = opus;
    public Instant Arrival { get; } = arrival;
    public uint Ssrc { get; } = ssrc;
    public uint RtpTimestamp { get; } = rtpTimestamp;
    public SeqNo Seq { get; } = seq;
    public bool IsRepair { get; } = isRepair;

    /// <summary>False for what is no Opus packet. An empty payload is no error: padding alone takes a sequence number (RFC 3550 §5.1).</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> payload, out OpusPacket opus)
    {
        opus = default;
        return payload.IsEmpty || (payload.Length <= PacketShelf.MaxPayload && OpusPacket.TryParse(payload, out opus));
    }
}
