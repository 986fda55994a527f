namespace Parley.Rtc;

/// <summary>What became of a message given to be sent.</summary>
public enum SendStatus
{
    /// <summary>It will be delivered, in order, unless the association ends.</summary>
    Queued,

    /// <summary>Nothing was queued: the send buffer is full. A writable event tells when to try again.</summary>
    Blocked,

    /// <summary>Longer than the peer accepts (a=max-message-size, RFC 8841 §6).</summary>
    TooLarge,

    /// <summary>There is no such open channel, or the association is closing or closed.</summary>
    NotOpen,
}
