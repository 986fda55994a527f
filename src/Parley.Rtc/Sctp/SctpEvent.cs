namespace Parley.Rtc.Sctp;

public enum SctpEventKind
{
    /// <summary>The handshake is complete.</summary>
    Connected,

    /// <summary>A whole message; its bytes are in <see cref="SctpAssociation.ReadPayload"/> until the next event is polled.</summary>
    MessageReceived,

    /// <summary>The peer ended its sending direction of a stream. (RFC 6525 §5.2.2)</summary>
    IncomingStreamReset,

    /// <summary>Our sending direction of a stream is reset, or the peer refused to.</summary>
    OutgoingStreamReset,

    /// <summary>After <see cref="SendStatus.Blocked"/>: there is room again.</summary>
    Writable,

    /// <summary>The bytes buffered on a stream fell to the threshold that was set for it.</summary>
    BufferLow,

    /// <summary>The association is over. The last event.</summary>
    Closed,
}

/// <summary>What happened on an association. Fields that a kind does not use are zero.</summary>
public readonly record struct SctpEvent(
    SctpEventKind Kind, ushort StreamId = 0, uint PayloadProtocol = 0, int Length = 0, SctpCloseReason CloseReason = SctpCloseReason.None);
