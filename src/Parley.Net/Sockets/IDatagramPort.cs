using Parley.Net.Tcp;

namespace Parley.Net.Sockets;

/// <summary>
/// One UDP socket and what a shard waits on, with batches in both directions. Everything but <see cref="Wake"/> belongs
/// to one thread.
/// </summary>
internal interface IDatagramPort : IDisposable
{
    TransportAddress LocalAddress { get; }

    /// <summary>Datagrams that the kernel dropped because the receive buffer was full; 0 where the system does not tell.</summary>
    long KernelDrops { get; }

    /// <summary>One more descriptor that ends a <see cref="Wait"/> when it is readable; -1: none. Linux only.</summary>
    int Watched { get; set; }

    /// <summary>The last <see cref="Wait"/> found <see cref="Watched"/> readable.</summary>
    bool IsWatchedReady { get; }

    /// <summary>
    /// Returns when there is something to receive, when <see cref="Wake"/> was called, when there is room to send (if
    /// asked for), or after <paramref name="timeout"/> (negative: no limit).
    /// </summary>
    void Wait(TimeSpan timeout, bool untilWritable);

    /// <summary>Returns after <paramref name="length"/> or when <see cref="Wake"/> was called, whatever arrives meanwhile.</summary>
    void Rest(TimeSpan length);

    /// <summary>Any thread: ends the current or the next <see cref="Wait"/> or <see cref="Rest"/>.</summary>
    void Wake();

    /// <summary>Takes what has arrived, without waiting; the number of datagrams, readable by <see cref="Received"/> until the next call.</summary>
    int Receive(CounterTable<ShardCounter> counters);

    /// <summary>True when the last <see cref="Receive"/> filled its batch, so that more may be waiting.</summary>
    bool MayHaveMore { get; }

    Datagram Received(int index);

    /// <summary>Datagrams for addresses of TCP go out here, too: a relay has the connections.</summary>
    bool CarriesTcp => false;

    /// <summary>What the port has to know of the clients that calls have; null: nothing.</summary>
    IShardConnections? Clients => null;

    /// <summary>Where the next datagram to send is written; empty when the batch is full.</summary>
    Span<byte> SendSlot { get; }

    /// <summary>Datagrams in the batch that have not been sent.</summary>
    int Unsent { get; }

    /// <summary>Adds what was written to <see cref="SendSlot"/> to the batch.</summary>
    void Enqueue(in Transmit transmit);

    /// <summary>Sends the batch, without waiting. False: the socket has no room now, and the rest stays in the batch.</summary>
    bool TryFlush(CounterTable<ShardCounter> counters);

    /// <summary>Forgets the batch.</summary>
    void DropUnsent();
}
