namespace Parley.Net;

/// <summary>What other threads may give to a shard. Thread-safe.</summary>
public interface IShardInbox
{
    /// <summary><paramref name="work"/> reaches <see cref="IShardHandler.HandlePosted"/>, in order. False when the queue is full.</summary>
    bool TryPost(object work);

    /// <summary>A copy of the datagram reaches <see cref="IShardHandler.HandleHandedOver"/>. False when the mailbox is full.</summary>
    bool TryHandOver(in Datagram datagram);
}
