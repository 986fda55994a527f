using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Parley.Net.Forwarding;

/// <summary>Finds the place of a client address: linear probing over twice as many cells as there are places, so that the way is short.</summary>
internal sealed unsafe class FlowIndex
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

    /// <summary>
    /// Begins to fetch the cell where a search for the hash begins. With many flows it is seldom in the processor's cache, and waiting for it costs more than all
    /// else that is done here for a packet; so a batch asks for all of its cells, then for all of their flows, and then looks.
    /// </summary>
    public void Prefetch(ulong hash)
    {
        // A hint: if the collector moves the array meanwhile, it is a useless one.
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref _cells[(uint)(hash >> 32) & _mask]));
    }

    /// <summary>Begins to fetch the flow that the first cell leads to.</summary>
    public void PrefetchFlow(ulong hash)
    {
        var content = _cells[(uint)(hash >> 32) & _mask];
        if (Sse.IsSupported && content != 0) Sse.Prefetch0(Unsafe.AsPointer(ref _flows[(uint)content - 1]));
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
