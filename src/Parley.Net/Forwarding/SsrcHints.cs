using System.Numerics;

namespace Parley.Net.Forwarding;

/// <summary>
/// Which verified flow had media of an SSRC, so that a client whose address changes is found again by its first packet. Two for each flow at most, and they
/// end with it. It is a hint: the transceiver believes a packet only when its SRTP tag holds.
/// </summary>
internal sealed class SsrcHints
{
    private readonly Flow[] _flows;
    private readonly AddressHash _hash;

    /// <summary>SSRC in the upper half, place + 1 in the lower; 0: empty.</summary>
    private readonly ulong[] _cells;
    private readonly uint _mask;

    public SsrcHints(Flow[] flows, AddressHash hash)
    {
        _flows = flows;
        _hash = hash;
        _cells = new ulong[BitOperations.RoundUpToPowerOf2((uint)flows.Length * 4)];
        _mask = (uint)_cells.Length - 1;
    }

    public int Count { get; private set; }

    public long Conflicts { get; private set; }

    public int Find(uint ssrc)
    {
        var cell = CellOf(ssrc);
        return _cells[cell] == 0 ? Flow.None : PlaceIn(cell);
    }

    /// <summary>Enters the SSRC for the flow; the older of its two gives way. 0 is no SSRC here: it is how none is written.</summary>
    public void Enter(int place, uint ssrc)
    {
        if (ssrc == 0) return;
        ref var flow = ref _flows[place];
        var cell = CellOf(ssrc);
        if (_cells[cell] != 0)
        {
            var other = PlaceIn(cell);
            // The same transceiver: the client has moved. Another one's: a stranger could take a client's hint away, so the first keeps it.
            if (_flows[other].Node != flow.Node)
            {
                Conflicts++;
                return;
            }
            Forget(other, ssrc);
        }
        else
        {
            _cells[cell] = (ulong)ssrc << 32;
            Count++;
        }
        // By value, not by cell: removing the older one may move cells.
        _cells[cell] = (ulong)ssrc << 32 | (uint)(place + 1);
        var oldest = flow.OlderSsrc;
        (flow.Ssrc, flow.OlderSsrc) = (ssrc, flow.Ssrc);
        if (oldest != 0) Remove(oldest);
    }

    public void RemoveAll(int place)
    {
        ref var flow = ref _flows[place];
        if (flow.Ssrc != 0) Remove(flow.Ssrc);
        if (flow.OlderSsrc != 0) Remove(flow.OlderSsrc);
        flow.Ssrc = flow.OlderSsrc = 0;
    }

    private void Forget(int place, uint ssrc)
    {
        ref var flow = ref _flows[place];
        if (flow.Ssrc == ssrc) (flow.Ssrc, flow.OlderSsrc) = (flow.OlderSsrc, 0);
        else if (flow.OlderSsrc == ssrc) flow.OlderSsrc = 0;
    }

    private void Remove(uint ssrc)
    {
        var hole = CellOf(ssrc);
        for (var next = (hole + 1) & _mask; _cells[next] != 0; next = (next + 1) & _mask)
        {
            if (((next - HomeOf((uint)(_cells[next] >> 32))) & _mask) < ((next - hole) & _mask)) continue;
            _cells[hole] = _cells[next];
            hole = next;
        }
        _cells[hole] = 0;
        Count--;
    }

    /// <summary>The cell of the SSRC, or the empty one where it would stand.</summary>
    private uint CellOf(uint ssrc)
    {
        var cell = HomeOf(ssrc);
        while (_cells[cell] != 0 && (uint)(_cells[cell] >> 32) != ssrc) cell = (cell + 1) & _mask;
        return cell;
    }

    private uint HomeOf(uint ssrc) => (uint)(_hash.Of(ssrc) >> 32) & _mask;

    private int PlaceIn(uint cell) => (int)(uint)_cells[cell] - 1;
}
