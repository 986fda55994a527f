namespace Parley.Rtc.Sctp.Channels;

/// <summary>One open or closing channel.</summary>
internal sealed class DataChannel(ushort id, string label, string protocol, DeliveryOptions delivery)
{
    public ushort Id => id;

    public string Label => label;

    public string Protocol => protocol;

    /// <summary>How messages are sent on it now: as its opener asked, but in order until we know that the peer knows the channel. (RFC 8832 §6)</summary>
    public DeliveryOptions Delivery => IsAckAwaited ? delivery with { IsUnordered = false } : delivery;

    /// <summary>Not known to the peer by DCEP, but by agreement.</summary>
    public bool IsNegotiated { get; set; }

    /// <summary>We sent DATA_CHANNEL_OPEN and wait for its ACK; until then all is sent ordered. (RFC 8832 §6)</summary>
    public bool IsAckAwaited { get; set; }

    /// <summary>We owe DATA_CHANNEL_ACK: the send buffer had no room.</summary>
    public bool IsAckOwed { get; set; }

    public bool IsClosing { get; set; }

    public bool IsIncomingReset { get; set; }

    public bool IsOutgoingReset { get; set; }
}
