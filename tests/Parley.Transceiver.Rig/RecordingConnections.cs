using Parley.Net;
using Parley.Net.Tcp;

namespace Parley.Transceiver.Rig;

/// <summary>Notes what a shard wants done with its TCP connections; those of a move arrive nowhere until the test connects them anew.</summary>
internal sealed class RecordingConnections(SimulatedServer server) : IShardConnections
{
    public List<TransportAddress> Kept { get; } = [];

    public List<(TransportAddress Connection, IShardInbox Owner)> Moved { get; } = [];

    public List<TransportAddress> Closed { get; } = [];

    public void Keep(TransportAddress connection) => Kept.Add(connection);

    public bool TryMove(TransportAddress connection, IShardInbox owner)
    {
        if (connection.Protocol != TransportProtocol.Tcp || owner == server) return false;
        Moved.Add((connection, owner));
        return true;
    }

    public void Close(TransportAddress connection) => Closed.Add(connection);
}
