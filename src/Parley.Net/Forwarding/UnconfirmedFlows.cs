namespace Parley.Net.Forwarding;

/// <summary>
/// The flows that no transceiver has answered yet, oldest first, and who gives way when there is no room: of the oldest few, one from the network that
/// has the most of them. So a sender of inventions crowds out himself, and a client is answered within a round trip, long before it is among the oldest.
/// </summary>
internal sealed class UnconfirmedFlows
{
    private const int Candidates = 16;
    private const int Networks = 4096;

    private readonly Flow[] _flows;
    private readonly AddressHash _hash;

    /// <summary>How many of each network, by its hash; networks that share a count share the blame.</summary>
    private readonly int[] _ofNetwork = new int[Networks];
    private int _oldest = Flow.None;
    private int _youngest = Flow.None;

    public UnconfirmedFlows(Flow[] flows, AddressHash hash)
    {
        _flows = flows;
        _hash = hash;
    }

    public int Count { get; private set; }

    public void Append(int place)
    {
        ref var flow = ref _flows[place];
        (flow.AgePrevious, flow.AgeNext) = (_youngest, Flow.None);
        if (_youngest == Flow.None) _oldest = place;
        else _flows[_youngest].AgeNext = place;
        _youngest = place;
        _ofNetwork[NetworkOf(place)]++;
        Count++;
    }

    public void Remove(int place)
    {
        ref var flow = ref _flows[place];
        if (flow.AgePrevious == Flow.None) _oldest = flow.AgeNext;
        else _flows[flow.AgePrevious].AgeNext = flow.AgeNext;
        if (flow.AgeNext == Flow.None) _youngest = flow.AgePrevious;
        else _flows[flow.AgeNext].AgePrevious = flow.AgePrevious;
        _ofNetwork[NetworkOf(place)]--;
        Count--;
    }

    /// <summary>Who gives way; <see cref="Flow.None"/> when there is none.</summary>
    public int Unfairest()
    {
        var chosen = _oldest;
        var most = 0;
        var place = _oldest;
        for (var i = 0; i < Candidates && place != Flow.None; i++, place = _flows[place].AgeNext)
        {
            var count = _ofNetwork[NetworkOf(place)];
            if (count > most) (chosen, most) = (place, count);
        }
        return chosen;
    }

    private int NetworkOf(int place) => (int)(_hash.OfNetwork(_flows[place].Client) % Networks);
}
