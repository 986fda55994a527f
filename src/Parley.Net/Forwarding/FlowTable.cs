namespace Parley.Net.Forwarding;

/// <summary>
/// The flows of one forwarder: client address to transceiver. Places are a flat array, found through an open-addressed index; both are allocated
/// once, and nothing is later. A flow expires by a wheel of seconds that is only looked at when it turns, so a packet costs no timer. With no room left, an
/// unconfirmed flow gives way to a new one. A pure machine: time is an argument. Not thread-safe.
/// </summary>
internal sealed class FlowTable
{
    private const int WheelSlots = 256;

    /// <summary>Flows looked at in one <see cref="HandleTimeout"/>, so that no packet waits for a crowd that expires at once.</summary>
    private const int MaxLooksPerTimeout = 512;

    private readonly Flow[] _flows;
    private readonly FlowIndex _index;
    private readonly AddressHash _hash;
    private readonly NodeTable _nodes;
    private readonly SsrcHints _hints;
    private readonly UnconfirmedFlows _unconfirmed;
    private readonly int[] _wheel = new int[WheelSlots];
    private readonly uint _unconfirmedSeconds;
    private readonly uint _idleSeconds;
    private int _firstFree = Flow.None;

    /// <summary>Places from here on have never been used: their memory is not touched before.</summary>
    private int _firstFresh;
    private uint _turnedTo;

    public FlowTable(FlowLimits limits, NodeTable nodes, IRandomSource random)
    {
        _unconfirmedSeconds = SecondsOf(limits.UnconfirmedTime);
        _idleSeconds = SecondsOf(limits.IdleTime);
        _hash = new AddressHash(random);
        _nodes = nodes;
        _flows = new Flow[limits.MaxFlows];
        _index = new FlowIndex(_flows);
        _hints = new SsrcHints(_flows, _hash);
        _unconfirmed = new UnconfirmedFlows(_flows, _hash);
        Array.Fill(_wheel, Flow.None);
    }

    public int Count { get; private set; }

    public int UnconfirmedCount => _unconfirmed.Count;

    public int HintCount => _hints.Count;

    public CounterTable<FlowEnd> Ends { get; } = new();

    /// <summary>Two transceivers' flows with one SSRC: the hint stays with the first.</summary>
    public long SsrcConflicts => _hints.Conflicts;

    /// <summary>When <see cref="HandleTimeout"/> has something to do.</summary>
    public Instant NextDeadline => Count == 0 ? Instant.Never : new Instant((_turnedTo + 1L) * TimeSpan.TicksPerSecond);

    public ref Flow this[int flow] => ref _flows[flow];

    /// <summary>The place of a client's flow, or <see cref="Flow.None"/>.</summary>
    public int Find(in TransportAddress client) => Find(client, HashOf(client));

    /// <summary>The same, where the hash is known already.</summary>
    public int Find(in TransportAddress client, ulong hash) => _index.Find(client, hash);

    public ulong HashOf(in TransportAddress client) => _hash.Of(client);

    /// <summary>The first and the second step towards the flow of a client with this hash, ahead of <see cref="Find(in TransportAddress, ulong)"/>.</summary>
    public void Prefetch(ulong hash) => _index.Prefetch(hash);

    public void PrefetchFlow(ulong hash) => _index.PrefetchFlow(hash);

    /// <summary>
    /// Begins a flow of a client that has none, and gives its place; <see cref="Flow.None"/>: every place is taken by a flow that is confirmed.
    /// </summary>
    /// <param name="node">Of <see cref="NodeTable"/>.</param>
    public int Add(in TransportAddress client, int node, Instant now)
    {
        if (Count == _flows.Length && !TryEvict()) return Flow.None;
        if (Count == 0) _turnedTo = Math.Max(_turnedTo, SecondOf(now));
        var place = TakePlace();
        ref var flow = ref _flows[place];
        var hash = _hash.Of(client);
        flow = new Flow
        {
            IpHigh = (ulong)(client.Ip >> 64),
            IpLow = (ulong)client.Ip,
            Port = client.Port,
            Protocol = client.Protocol,
            Node = (ushort)node,
            LastSeen = SecondOf(now),
            Hash = (uint)(hash >> 32),
        };
        Count++;
        _nodes.AddFlow(node);
        _index.Insert(place, hash);
        _unconfirmed.Append(place);
        Arm(place, _unconfirmedSeconds);
        return place;
    }

    /// <summary>A packet of the flow has come, from either side.</summary>
    public void Touch(int flow, Instant now) => _flows[flow].LastSeen = SecondOf(now);

    /// <summary>The transceiver has answered.</summary>
    public void Confirm(int place, FlowState state)
    {
        ref var flow = ref _flows[place];
        if (flow.State == FlowState.Unconfirmed) _unconfirmed.Remove(place);
        if (state > flow.State) flow.State = state;
    }

    /// <summary>The client's packets go to another transceiver from now on, which has yet to answer.</summary>
    public void Reroute(int place, int node)
    {
        ref var flow = ref _flows[place];
        _hints.RemoveAll(place);
        _nodes.RemoveFlow(flow.Node);
        _nodes.AddFlow(node);
        flow.Node = (ushort)node;
        if (flow.State != FlowState.Unconfirmed) _unconfirmed.Append(place);
        flow.State = FlowState.Unconfirmed;
        flow.Credit = 0;
    }

    /// <summary>A verified flow has media of this SSRC.</summary>
    public void Learn(int place, uint ssrc)
    {
        ref var flow = ref _flows[place];
        if (flow.Ssrc != ssrc && flow.OlderSsrc != ssrc) _hints.Enter(place, ssrc);
    }

    /// <summary>The transceiver that media of this SSRC went to; false when no flow has had it.</summary>
    public bool TryFindNode(uint ssrc, out int node)
    {
        var place = _hints.Find(ssrc);
        node = place == Flow.None ? 0 : _flows[place].Node;
        return place != Flow.None;
    }

    public void Remove(int place, FlowEnd end)
    {
        ref var flow = ref _flows[place];
        Ends.Increment(end);
        _hints.RemoveAll(place);
        _nodes.RemoveFlow(flow.Node);
        _index.Remove(place);
        if (flow.State == FlowState.Unconfirmed) _unconfirmed.Remove(place);
        Disarm(place);
        flow = default;
        flow.AgeNext = _firstFree;
        _firstFree = place;
        Count--;
    }

    /// <summary>Ends what has been idle. It may leave some for the next call, which is then due at once.</summary>
    public void HandleTimeout(Instant now)
    {
        var second = SecondOf(now);
        if (Count == 0)
        {
            _turnedTo = second;
            return;
        }
        for (var looks = 0; looks < MaxLooksPerTimeout;)
        {
            if (_turnedTo >= second) return;
            var place = _wheel[(_turnedTo + 1) % WheelSlots];
            if (place == Flow.None)
            {
                _turnedTo++;
                continue;
            }
            looks++;
            ref var flow = ref _flows[place];
            var limit = flow.State == FlowState.Unconfirmed ? _unconfirmedSeconds : _idleSeconds;
            var idle = second - Math.Min(second, flow.LastSeen);
            if (idle >= limit)
            {
                Remove(place, FlowEnd.Expired);
                continue;
            }
            Disarm(place);
            // From the second that is being looked at: with a limit of its own turn it could not be in the slot at hand again.
            Arm(place, Math.Max(1, limit - idle) + (second - _turnedTo));
        }
    }

    private int TakePlace()
    {
        if (_firstFree == Flow.None) return _firstFresh++;
        var place = _firstFree;
        _firstFree = _flows[place].AgeNext;
        return place;
    }

    private bool TryEvict()
    {
        var place = _unconfirmed.Unfairest();
        if (place == Flow.None) return false;
        Remove(place, FlowEnd.Evicted);
        return true;
    }

    /// <param name="delay">Seconds after the one that the wheel has turned to.</param>
    private void Arm(int place, uint delay)
    {
        var slot = (_turnedTo + Math.Min(delay, WheelSlots - 1)) % WheelSlots;
        ref var first = ref _wheel[slot];
        ref var flow = ref _flows[place];
        (flow.WheelNext, flow.WheelPrevious) = (first, ~(int)slot);
        if (first != Flow.None) _flows[first].WheelPrevious = place;
        first = place;
    }

    private void Disarm(int place)
    {
        ref var flow = ref _flows[place];
        if (flow.WheelNext != Flow.None) _flows[flow.WheelNext].WheelPrevious = flow.WheelPrevious;
        // The first of a list names its slot, inverted.
        if (flow.WheelPrevious < 0) _wheel[~flow.WheelPrevious] = flow.WheelNext;
        else _flows[flow.WheelPrevious].WheelNext = flow.WheelNext;
    }

    private static uint SecondOf(Instant now) => (uint)(now.Ticks / TimeSpan.TicksPerSecond);

    private static uint SecondsOf(TimeSpan time) => (uint)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, WheelSlots - 2);
}
