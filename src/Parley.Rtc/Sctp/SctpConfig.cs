namespace Parley.Rtc.Sctp;

/// <summary>What an association is made with. Sizes are bytes. Names in brackets are the protocol parameters of RFC 9260 §16.</summary>
public sealed record SctpConfig
{
    public static readonly SctpConfig Default = new();

    /// <summary>a=sctp-port of our description. (RFC 8841 §5)</summary>
    public ushort LocalPort { get; init; } = 5000;

    /// <summary>a=sctp-port of the peer's description.</summary>
    public ushort RemotePort { get; init; } = 5000;

    /// <summary>
    /// Longest SCTP packet we send. DTLS adds 13 bytes of header and up to 48 of IV, tag and padding, and the datagram
    /// must stay within 1200 bytes. At least 512.
    /// </summary>
    public int MaxPacketSize { get; init; } = 1150;

    /// <summary>Longest user message accepted, announced as a=max-message-size. A longer one aborts the association.</summary>
    public int MaxMessageSize { get; init; } = 256 * 1024;

    /// <summary>All that received, unread data may occupy. Must hold two messages; a quarter more than one is kept in reserve.</summary>
    public int ReceiveBufferSize { get; init; } = 1024 * 1024;

    /// <summary>All that unacknowledged and waiting data may occupy; beyond it <see cref="SendStatus.Blocked"/>.</summary>
    public int SendBufferSize { get; init; } = 1024 * 1024;

    /// <summary>Streams announced in each direction: ids 0…StreamCount−1.</summary>
    public ushort StreamCount { get; init; } = 1024;

    /// <summary>[RTO.Initial] Until a round trip is measured; the peer connection sets it from the ICE round trip.</summary>
    public TimeSpan InitialRto { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>[RTO.Min] Above a peer's delayed acknowledgement of 200 ms, below RFC 9260's 1 s: these are live calls.</summary>
    public TimeSpan MinRto { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>[RTO.Max] Below RFC 9260's 60 s, so that a call goes on at once after a network's return.</summary>
    public TimeSpan MaxRto { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>[Association.Max.Retrans] With the RTO bounds above a silent peer is given up after about 30 s; the peer connection sets more, so that ICE consent decides.</summary>
    public int MaxRetransmissions { get; init; } = 20;

    /// <summary>[Max.Init.Retransmits]</summary>
    public int MaxInitRetransmissions { get; init; } = 20;

    /// <summary>[HB.interval] Between heartbeats while nothing else is sent.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Delayed acknowledgement. At most 500 ms. (RFC 9260 §6.2)</summary>
    public TimeSpan SackDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>[Valid.Cookie.Life]</summary>
    public TimeSpan CookieLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From <c>Shutdown</c> to closed at the latest (the T5 guard of RFC 9260 §9.2).</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(15);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPacketSize, 512);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPacketSize, 65_535);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReceiveBufferSize, 2 * MaxMessageSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(SendBufferSize, MaxMessageSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(StreamCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinRto, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRto, MinRto);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SackDelay, TimeSpan.FromMilliseconds(500));
    }
}
