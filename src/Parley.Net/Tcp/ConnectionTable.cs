using System.Diagnostics.CodeAnalysis;

namespace Parley.Net.Tcp;

/// <summary>The connections of one shard by address and by tag, and those that no call keeps by age. Looking up allocates nothing.</summary>
internal sealed class ConnectionTable
{
    private readonly Dictionary<TransportAddress, TcpConnection> _byRemote = [];
    private readonly LinkedList<TcpConnection> _unproven = [];
    private readonly Stack<int> _free = new();
    private TcpConnection?[] _slots = new TcpConnection?[16];
    private int _slotEnd;
    private uint _generation;

    public int Count => _byRemote.Count;

    public int UnprovenCount => _unproven.Count;

    public TcpConnection? OldestUnproven => _unproven.First?.Value;

    /// <summary>Every place that may hold a connection, for a walk during which some are removed.</summary>
    public ReadOnlySpan<TcpConnection?> Places => _slots.AsSpan(0, _slotEnd);

    /// <summary>Adds a connection whose address no other here has, and gives it its tag.</summary>
    public void Add(TcpConnection connection)
    {
        if (!_free.TryPop(out var index)) index = _slotEnd++;
        if (index == _slots.Length) Array.Resize(ref _slots, _slots.Length * 2);
        _slots[index] = connection;
        // The generation tells an event of a connection that is gone from one of its successor in the same place.
        connection.Tag = ((ulong)++_generation << 32) | (uint)index;
        _byRemote.Add(connection.Remote, connection);
        if (!connection.IsProven) connection.UnprovenNode = _unproven.AddLast(connection);
    }

    public void Remove(TcpConnection connection)
    {
        var index = (int)(uint)connection.Tag;
        _slots[index] = null;
        _free.Push(index);
        _byRemote.Remove(connection.Remote);
        ForgetUnproven(connection);
    }

    public void MarkProven(TcpConnection connection)
    {
        connection.IsProven = true;
        ForgetUnproven(connection);
    }

    public bool TryFind(TransportAddress remote, [NotNullWhen(true)] out TcpConnection? connection) =>
        _byRemote.TryGetValue(remote, out connection);

    public bool TryFind(ulong tag, [NotNullWhen(true)] out TcpConnection? connection)
    {
        connection = _slots[(int)(uint)tag];
        return connection?.Tag == tag;
    }

    private void ForgetUnproven(TcpConnection connection)
    {
        if (connection.UnprovenNode is { } node) _unproven.Remove(node);
        connection.UnprovenNode = null;
    }
}
