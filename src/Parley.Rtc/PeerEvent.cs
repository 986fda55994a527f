namespace Parley.Rtc;

public enum PeerEventKind
{
    /// <summary>ICE and DTLS are up: audio can be sent.</summary>
    Connected,

    /// <summary>A data channel can be used. <see cref="PeerEvent.ChannelId"/>, <see cref="PeerEvent.Label"/>.</summary>
    ChannelOpened,

    /// <summary>A whole message. <see cref="PeerEvent.ChannelId"/>, <see cref="PeerEvent.IsBinary"/>; the bytes by ReadPayload.</summary>
    MessageReceived,

    /// <summary>An authentic RTP packet of the negotiated format. Sequence, timestamp, SSRC, marker; the Opus bytes by ReadPayload.</summary>
    AudioReceived,

    /// <summary>A data channel is gone. <see cref="PeerEvent.ChannelId"/>.</summary>
    ChannelClosed,

    /// <summary>After <see cref="SendStatus.Blocked"/>: messages can be sent again.</summary>
    ChannelsWritable,

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

    /// <summary>Bytes that <see cref="RtcPeer.ReadPayload"/> gives for this event.</summary>
    public int PayloadLength { get; init; }

    public PeerCloseReason CloseReason { get; init; }
}
