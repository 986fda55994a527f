namespace Parley.Rtc.Sctp;

public enum DataChannelEventKind
{
    /// <summary>The association is up: channels can be used.</summary>
    Connected,

    /// <summary>The peer opened a channel, or acknowledged one that we opened, or a negotiated one became usable.</summary>
    ChannelOpened,

    /// <summary>A message; its bytes are in <see cref="DataChannels.ReadPayload"/> until the next event is polled.</summary>
    MessageReceived,

    /// <summary>Both directions of a channel are closed; its id is free.</summary>
    ChannelClosed,

    /// <summary>After <see cref="SendStatus.Blocked"/>: there is room again.</summary>
    Writable,

    /// <summary>The bytes buffered on a channel fell to its threshold.</summary>
    BufferLow,

    /// <summary>The association is over, and every channel with it. The last event.</summary>
    Closed,
}

/// <summary>What happened on the data channels. Fields that a kind does not use are at their defaults.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="ChannelId">The SCTP stream of the channel.</param>
/// <param name="Label">Set when a channel opened.</param>
/// <param name="Protocol">Set when a channel opened.</param>
/// <param name="IsBinary">Of a message.</param>
/// <param name="Length">Of a message, in bytes.</param>
/// <param name="CloseReason">Of the association.</param>
public readonly record struct DataChannelEvent(
    DataChannelEventKind Kind,
    ushort ChannelId = 0,
    string? Label = null,
    string? Protocol = null,
    bool IsBinary = false,
    int Length = 0,
    SctpCloseReason CloseReason = SctpCloseReason.None);
