namespace Parley.Transceiver.Sockets;

internal enum MessageStatus
{
    Ok,

    /// <summary>The message is longer than any event may be.</summary>
    TooLong,

    /// <summary>The long messages of all clients together take all the memory that they may.</summary>
    NoMemory,
}
