using System.Diagnostics.CodeAnalysis;

namespace Parley.Transceiver.Routing;

/// <summary>
/// From source address to call, for one shard: open addressing with linear probing and deletion by shifting back. Looking up
/// allocates nothing. Only addresses whose connectivity check was authentic get in, so the table is as bounded as the calls.
/// </summary>
internal sealed class AddressTable<T>
    where T : class
{
    private Entry[] _entries = new Entry[64];

    public int Count { get; private set; }

    public bool TryFind(TransportAddress address, [NotNullWhen(true)] out T? value)
    {
        var mask = _entries.Length - 1;
        for (var i = Home(address, mask); ; i = (i + 1) & mask)
        {
            ref readonly var entry = ref _entries[i];
            value = entry.Value;
            if (value is null) return false;
            if (entry.Address == address) return true;
        }
    }

    /// <summary>Adds or replaces.</summary>
    public void Set(TransportAddress address, T value)
    {
        if (Count * 2 >= _entries.Length) Grow();
        if (Insert(address, value)) Count++;
    }

    public bool Remove(TransportAddress address)
    {
        var mask = _entries.Length - 1;
        var hole = Home(address, mask);
        while (_entries[hole].Value is not null && _entries[hole].Address != address) hole = (hole + 1) & mask;
        if (_entries[hole].Value is null) return false;
        for (var i = (hole + 1) & mask; _entries[i].Value is not null; i = (i + 1) & mask)
        {
            // An entry may move into the hole unless its home lies after the hole.
            var home = Home(_entries[i].Address, mask);
            if (((i - home) & mask) < ((i - hole) & mask)) continue;
            _entries[hole] = _entries[i];
            hole = i;
        }
        _entries[hole] = default;
        Count--;
        return true;
    }

    private static int Home(TransportAddress address, int mask)
    {
        var hash = ((ulong)(address.Ip >> 64) * 0x9E3779B97F4A7C15) ^ (ulong)address.Ip ^ ((ulong)address.Port << 48);
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        return (int)(hash >> 32) & mask;
    }

    private bool Insert(TransportAddress address, T value)
    {
        var mask = _entries.Length - 1;
        var i = Home(address, mask);
        while (_entries[i].Value is not null && _entries[i].Address != address) i = (i + 1) & mask;
        var isNew = _entries[i].Value is null;
        _entries[i] = new Entry(address, value);
        return isNew;
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[old.Length * 2];
        foreach (var entry in old)
            if (entry.Value is not null) Insert(entry.Address, entry.Value);
    }

    private readonly record struct Entry(TransportAddress Address, T? Value);
}
