using System.Collections.Concurrent;

namespace Parley.Net.Tcp;

/// <summary>Counts the connections of all shards, in total and by source, and says when there are enough. Thread-safe; not used per frame.</summary>
internal sealed class TcpAdmission(TcpConfig config)
{
    private readonly ConcurrentDictionary<UInt128, int> _bySource = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public int SourceCount => _bySource.Count;

    /// <summary>Takes a place, to be given back by <see cref="Leave"/>.</summary>
    /// <param name="refusal">Why not, when false.</param>
    public bool TryEnter(TransportAddress source, out TcpCounter refusal)
    {
        refusal = TcpCounter.RefusedTooMany;
        if (Interlocked.Increment(ref _count) > config.MaxConnections)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }
        if (TryEnterSource(SourceOf(source))) return true;
        refusal = TcpCounter.RefusedSource;
        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Leave(TransportAddress source)
    {
        var key = SourceOf(source);
        while (true)
        {
            var count = _bySource[key];
            if (count == 1 ? _bySource.TryRemove(new(key, 1)) : _bySource.TryUpdate(key, count - 1, count)) break;
        }
        Interlocked.Decrement(ref _count);
    }

    private bool TryEnterSource(UInt128 key)
    {
        while (true)
        {
            var isKnown = _bySource.TryGetValue(key, out var count);
            if (count >= config.MaxPerSource) return false;
            if (isKnown ? _bySource.TryUpdate(key, count + 1, count) : _bySource.TryAdd(key, 1)) return true;
        }
    }

    /// <summary>A host of IPv6 has all addresses of its /64.</summary>
    private static UInt128 SourceOf(TransportAddress address) => address.IsIPv4 ? address.Ip : address.Ip >> 64 << 64;
}
