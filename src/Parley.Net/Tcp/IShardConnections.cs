namespace Parley.Net.Tcp;

/// <summary>
/// What a handler tells its shard about TCP connections, each named by the address that its datagrams come from. For the
/// shard's thread. An address that no connection has is ignored.
/// </summary>
public interface IShardConnections
{
    /// <summary>Addresses of UDP are to be kept and closed, too: somebody has to remember the way to them.</summary>
    bool AreOfUdp => false;

    /// <summary>A call has found the peer to be authentic: the connection stays while it is in use.</summary>
    void Keep(TransportAddress connection);

    /// <summary>
    /// The connection belongs to <paramref name="owner"/>. Only while the handler has a datagram of it in hand, unaltered: that one and all
    /// that follow reach the owner's <see cref="IShardHandler.HandleDatagram"/> instead. False: it is the owner's already, or unknown.
    /// </summary>
    bool TryMove(TransportAddress connection, IShardInbox owner);

    /// <summary>Closes the connection once what was sent before is out.</summary>
    void Close(TransportAddress connection);
}
