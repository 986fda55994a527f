using Parley.Net;
using Parley.Net.Tcp;

namespace Parley.Relay.Tests.Streams;

/// <summary>A shard's connections that only remember what was asked of them.</summary>
internal sealed class ScriptedConnections : IShardConnections
{
    public List<TransportAddress> Kept { get; } = [];

    public List<TransportAddress> Closed { get; } = [];

    public void Keep(TransportAddress connection) => Kept.Add(connection);

    public bool TryMove(TransportAddress connection, IShardInbox owner) => false;

    public void Close(TransportAddress connection) => Closed.Add(connection);
}
