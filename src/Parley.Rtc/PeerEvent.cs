namespace Parley.Rtc;

public enum PeerEventKind
{
    /// <summary>ICE and DTLS are up: audio can be sent.</summary>
    Connected,

    /// <summary>A data channel can be used. <see cref="PeerEvent.ChannelId"/>, <see cref="PeerEvent.Label"/>.</summary>
    ChannelOpened,

    /// <summary>A whole message. <see cref="PeerEvent.ChannelId"/>, <see cref="PeerEvent.IsBinary"/>; the bytes by ReadPayload.</summary>
    MessageReceived,

    /// <summary>
    /// An Opus packet, authentic: sequence, timestamp, SSRC, marker, level; the bytes by ReadPayload. Empty when the remote's sequence
    /// number went to something that has no audio (padding, comfort noise, a telephone event).
    /// </summary>
    AudioReceived,

    /// <summary>A data channel is gone. <see cref="PeerEvent.ChannelId"/>.</summary>
    ChannelClosed,

    /// <summary>After <see cref="SendStatus.Blocked"/>: messages can be sent again.</summary>
    ChannelsWritable,

    /// <summary>The buffered amount of a channel fell to the threshold that was set for it. <see cref="PeerEvent.ChannelId"/>.</summary>
    ChannelBufferLow,

    /// <summary>The last event. <see cref="PeerEvent.CloseReason"/>.</summary>
    Closed,
}

/// <summary>Something that happened to an <see cref="RtcPeer"/>. Only the fields that its kind names are meaningful.</summary>
public readonly record struct PeerEvent
{
    public PeerEventKind Kind { get; init; }

    /// <summary>The data channel's SCTP stream id.</summary>
    public ushort ChannelId { get; init; }

    public string? Label { get; init; }

    public bool IsBinary { get; init; }

    public SeqNo SequenceNumber { get; init; }

    /// <summary>In units of 1/48000 s. (RFC 7587 §4.1)</summary>
    public uint RtpTimestamp { get; init; }

    public uint Ssrc { get; init; }

    public bool Marker { get; init; }

    /// <summary>How loud the packet is, if its sender says so. (RFC 6464)</summary>
    public AudioLevel? AudioLevel { get; init; }

    /// <summary>The packet was lost and came once more, as redundancy in a later one (RFC 2198) or because it was asked for again.</summary>
    public bool IsRepair { get; init; }

    /// <summary>Bytes that <see cref="RtcPeer.ReadPayload"/> gives for this event.</summary>
    public int PayloadLength { get; init; }

    public PeerCloseReason CloseReason { get; init; }
}
