namespace Parley.Rtc.Sctp.Channels;

/// <summary>One open or closing channel.</summary>
internal sealed class DataChannel(ushort id, string label, string protocol, bool isUnordered)
{
    public ushort Id => id;

    public string Label => label;

    public string Protocol => protocol;

    /// <summary>Its opener asked for messages that may overtake each other.</summary>
    public bool IsUnordered => isUnordered;

    /// <summary>Not known to the peer by DCEP, but by agreement.</summary>
    public bool IsNegotiated { get; init; }

    /// <summary>We sent DATA_CHANNEL_OPEN and wait for its ACK; until then all is sent ordered. (RFC 8832 §6)</summary>
    public bool IsAckAwaited { get; set; }

    /// <summary>We owe DATA_CHANNEL_ACK: the send buffer had no room.</summary>
    public bool IsAckOwed { get; set; }

    public bool IsClosing { get; set; }

    public bool IsIncomingReset { get; set; }

    public bool IsOutgoingReset { get; set; }
}
