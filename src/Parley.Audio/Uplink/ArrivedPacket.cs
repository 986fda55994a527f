namespace Parley.Audio;

/// <summary>A well-formed RTP packet of the caller as it came.</summary>
internal readonly ref struct ArrivedPacket
{
    public uint Ssrc { get; private init; }

    public SeqNo Seq { get; private init; }

    public uint RtpTimestamp { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Default, with no duration, when there is no payload.</summary>
    public OpusPacket Opus { get; private init; }

    public Instant Arrival { get; private init; }

    /// <summary>It was lost and comes once more.</summary>
    public bool IsRepair { get; private init; }

    public static bool TryParse(
        uint ssrc, SeqNo seq, uint rtpTimestamp, ReadOnlySpan<byte> payload, Instant arrival, bool isRepair, out ArrivedPacket packet)
    {
        packet = default;
        // An empty payload is no error: padding alone takes a sequence number (RFC 3550 §5.1).
        var opus = default(OpusPacket);
        if (payload.Length > PacketShelf.MaxPayload || (!payload.IsEmpty && !OpusPacket.TryParse(payload, out opus))) return false;
        packet = new ArrivedPacket
        {
            Ssrc = ssrc,
            Seq = seq,
            RtpTimestamp = rtpTimestamp,
            Payload = payload,
            Opus = opus,
            Arrival = arrival,
            IsRepair = isRepair,
        };
        return true;
    }
}
