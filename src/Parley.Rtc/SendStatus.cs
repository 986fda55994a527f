namespace Parley.Rtc;

/// <summary>What became of a message handed to a data channel.</summary>
public enum SendStatus
{
    /// <summary>Accepted; it will be delivered unless the association dies.</summary>
    Accepted,

    /// <summary>The channel is unknown, not open yet, or closed.</summary>
    NotOpen,

    /// <summary>Longer than what the remote said it takes (a=max-message-size, RFC 8841 §6).</summary>
    TooLarge,

    /// <summary>The send buffer is full; try again after the peer acknowledged some of it.</summary>
    BufferFull,
}
