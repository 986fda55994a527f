namespace Parley.Net.Tcp;

/// <summary>The connections of a shard without TCP.</summary>
public sealed class NoConnections : IShardConnections
{
    public static readonly NoConnections Instance = new();

    private NoConnections()
    {
    }

    public void Keep(TransportAddress connection)
    {
    }

    public bool TryMove(TransportAddress connection, IShardInbox owner) => false;

    public void Close(TransportAddress connection)
    {
    }
}
