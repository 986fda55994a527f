namespace Parley.Transceiver.Sockets;

/// <summary>How long the drivers of WebSockets are patient. Tests shorten it.</summary>
public sealed record SocketLimits
{
    public static readonly SocketLimits Default = new();

    /// <summary>A client that takes not one event for so long does not take its events.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the last events, the close frame and the client's answer to it may take before the connection is cut.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A message that has begun must be whole after so long: until then it occupies memory. 15 MiB of audio in base64 take that long at 1.4 Mbit/s.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Silence on the connection after which a ping is sent. (RFC 6455 §5.5.2)</summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A client that does not answer a ping for so long is gone.</summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes of all clients' messages that are longer than <see cref="MessageBudget.FreeLength"/> and not yet done with.</summary>
    public long MaxMessageBytes { get; init; } = 512L * 1024 * 1024;
}
