namespace Parley.Net;

/// <summary>
/// What a shard drives: machines of the sans-IO contract. Every method runs on the shard's thread and never at the same
/// time as another. After each input the shard polls until <see cref="TryPollTransmit"/> says false.
/// </summary>
public interface IShardHandler
{
    /// <summary>A datagram from this shard's socket.</summary>
    void HandleDatagram(in Datagram datagram, Instant now);

    /// <summary>
    /// Datagrams of these sources are about to be handled, in this order; 32 at most. The handler may fetch what it needs for them all at once
    /// (<see cref="CacheHint"/>), and changes nothing.
    /// </summary>
    void Anticipate(ReadOnlySpan<TransportAddress> sources)
    {
    }

    /// <summary>A datagram that another shard's socket received and gave to this one by <see cref="Shard.TryHandOver"/>.</summary>
    void HandleHandedOver(in Datagram datagram, Instant now);

    /// <summary>Something that a thread gave by <see cref="Shard.TryPost"/>.</summary>
    void HandlePosted(object work, Instant now);

    /// <summary><see cref="NextDeadline"/> has passed.</summary>
    void HandleTimeout(Instant now);

    /// <summary>Writes the next datagram to send, at most <see cref="Shard.MaxDatagramSize"/> bytes.</summary>
    bool TryPollTransmit(Span<byte> buffer, out Transmit transmit);

    Deadline NextDeadline { get; }

    /// <summary>Something is under way that takes round trips: what comes is wanted sooner than media would have to be.</summary>
    bool IsHurried(Instant now) => false;

    /// <summary>The TCP connection that datagrams came from under this address is gone; another may have the address later.</summary>
    void HandleDisconnected(TransportAddress connection)
    {
    }

    /// <summary>One of the methods above threw. The shard goes on; the handler should get rid of whatever is broken.</summary>
    void HandleFault(Exception exception);
}
