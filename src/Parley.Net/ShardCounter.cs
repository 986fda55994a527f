namespace Parley.Net;

/// <summary>What a shard counts. Written by its thread alone.</summary>
public enum ShardCounter
{
    /// <summary>Behind relays: packets of clients, however many came in one datagram.</summary>
    DatagramsReceived,
    BytesReceived,

    /// <summary>Behind relays: datagrams to them, however many packets are in one.</summary>
    DatagramsSent,
    BytesSent,

    /// <summary>Receive system calls that brought something.</summary>
    ReceiveBatches,

    /// <summary>Send system calls that took something.</summary>
    SendBatches,

    /// <summary>Times the thread woke from waiting.</summary>
    Wakeups,

    /// <summary>Times the thread, being busy, slept until its next tick. (<see cref="Cadence"/>)</summary>
    Ticks,

    /// <summary>Longer than <see cref="Shard.MaxDatagramSize"/>: dropped.</summary>
    ReceivedTooLong,

    ReceiveFailed,

    /// <summary>The socket's send buffer was full; the batch waits for room.</summary>
    SendBlocked,

    /// <summary>Datagrams dropped because the socket had no room for <see cref="Shard.SendPatience"/>.</summary>
    SendExpired,

    /// <summary>Datagrams dropped because there is no way to their destination.</summary>
    SendUnreachable,

    /// <summary>Datagrams that the system refused for another reason (too long, forbidden).</summary>
    SendRefused,

    /// <summary>Datagrams of the private network that were dropped: no such, of another version, or not authentic.</summary>
    InnerRefused,

    /// <summary>Datagrams of the private network with a packet in them that does not fit; those before it were taken.</summary>
    InnerMalformed,

    /// <summary>Questions of relays that have just begun, and those among them that came too often to be answered.</summary>
    FlowQuestions,
    FlowQuestionsRefused,

    /// <summary>Exceptions that a handler let out.</summary>
    HandlerFaults,
}
