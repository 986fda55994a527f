using System.Numerics;

namespace Parley.Net.Forwarding;

/// <summary>Finds the place of a client address: linear probing over twice as many cells as there are places, so that the way is short.</summary>
internal sealed class FlowIndex
{
    private readonly Flow[] _flows;

    /// <summary>Upper half of the hash in the upper half, place + 1 in the lower; 0: empty.</summary>
    private readonly ulong[] _cells;
    private readonly uint _mask;

    public FlowIndex(Flow[] flows)
    {
        _flows = flows;
        _cells = new ulong[BitOperations.RoundUpToPowerOf2((uint)flows.Length * 2)];
        _mask = (uint)_cells.Length - 1;
    }

    public int Find(in TransportAddress client, ulong hash)
    {
        var upper = (uint)(hash >> 32);
        for (var cell = upper & _mask; ; cell = (cell + 1) & _mask)
        {
            var content = _cells[cell];
            if (content == 0) return Flow.None;
            if ((uint)(content >> 32) != upper) continue;
            var place = (int)(uint)content - 1;
            if (_flows[place].IsOf(client)) return place;
        }
    }

    public void Insert(int place, ulong hash)
    {
        var cell = (uint)(hash >> 32) & _mask;
        while (_cells[cell] != 0) cell = (cell + 1) & _mask;
        _cells[cell] = hash >> 32 << 32 | (uint)(place + 1);
    }

    public void Remove(int place)
    {
        var hole = _flows[place].Hash & _mask;
        while ((uint)_cells[hole] != (uint)(place + 1)) hole = (hole + 1) & _mask;
        // Whoever stands behind the hole and would have begun before it moves into it: no tombstones. (Knuth, 6.4 algorithm R)
        for (var next = (hole + 1) & _mask; _cells[next] != 0; next = (next + 1) & _mask)
        {
            var home = (uint)(_cells[next] >> 32) & _mask;
            if (((next - home) & _mask) < ((next - hole) & _mask)) continue;
            _cells[hole] = _cells[next];
            hole = next;
        }
        _cells[hole] = 0;
    }
}
