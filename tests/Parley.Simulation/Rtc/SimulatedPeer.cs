using Parley.Rtc;

namespace Parley.Simulation;

/// <summary>
/// Drives one <see cref="RtcPeer"/> on virtual time as its contract asks: events, then packets, then the deadline. What it
/// sends goes into <see cref="Outgoing"/>; what its link delivers is given to <see cref="Receive"/>.
/// </summary>
public sealed class SimulatedPeer(VirtualClock clock, RtcPeer peer, TransportAddress address)
{
    /// <summary>More wake-ups than this at one instant mean that a deadline never goes away.</summary>
    private const int MaxWakesAtOnce = 1000;

    private readonly byte[] _buffer = new byte[1500];
    private Instant _scheduled = Instant.Never;
    private Instant _lastWake = new(-1);
    private int _wakesAtOnce;

    public RtcPeer Peer { get; } = peer;

    /// <summary>Where its packets come from; may change, as behind a NAT.</summary>
    public TransportAddress Address { get; set; } = address;

    public SimulatedLink? Outgoing { get; set; }

    /// <summary>Every event so far, with its payload.</summary>
    public List<SimulatedEvent> Events { get; } = [];

    /// <summary>Called with each event as it happens, after it was added to <see cref="Events"/>.</summary>
    public Action<SimulatedEvent>? Happened { get; set; }

    /// <summary>Looks at each packet before it is sent; false drops it.</summary>
    public Func<byte[], Transmit, bool>? Sending { get; set; }

    /// <summary>False once the peer was made to vanish: it neither hears nor speaks nor wakes up.</summary>
    public bool IsAlive { get; set; } = true;

    public bool Has(PeerEventKind kind) => Events.Exists(e => e.Event.Kind == kind);

    public IEnumerable<SimulatedEvent> Of(PeerEventKind kind) => Events.Where(e => e.Event.Kind == kind);

    public void Receive(byte[] datagram, TransportAddress source)
    {
        if (!IsAlive) return;
        Peer.HandleDatagram(new Datagram(datagram, source), clock.Now);
        Pump();
    }

    /// <summary>To be called after using <see cref="Peer"/> directly.</summary>
    public void Pump()
    {
        if (!IsAlive) return;
        while (Peer.TryPollEvent(out var e))
        {
            var length = Peer.ReadPayload(Span(e));
            Record(new SimulatedEvent(clock.Now, e, length == 0 ? [] : _payload.AsSpan(0, length).ToArray()));
        }
        while (Peer.TryPollTransmit(_buffer, out var transmit))
        {
            var packet = _buffer.AsSpan(0, transmit.Length).ToArray();
            if (Sending?.Invoke(packet, transmit) != false) Outgoing?.Send(packet, Address);
        }
        Schedule();
    }

    private byte[] _payload = [];

    private Span<byte> Span(PeerEvent e)
    {
        if (_payload.Length < e.PayloadLength) _payload = new byte[e.PayloadLength];
        return _payload;
    }

    private void Record(SimulatedEvent e)
    {
        Events.Add(e);
        Happened?.Invoke(e);
    }

    private void Schedule()
    {
        var next = Peer.NextDeadline;
        if (next.IsNone || next.At >= _scheduled) return;
        _scheduled = next.At;
        clock.At(next.At, () => Wake(next.At));
    }

    private void Wake(Instant scheduled)
    {
        if (!IsAlive) return;
        if (_scheduled == scheduled) _scheduled = Instant.Never;
        if (Peer.NextDeadline.IsDue(clock.Now))
        {
            _wakesAtOnce = _lastWake == clock.Now ? _wakesAtOnce + 1 : 0;
            _lastWake = clock.Now;
            if (_wakesAtOnce > MaxWakesAtOnce) throw new InvalidOperationException($"The deadline {Peer.NextDeadline.Reason} does not go away.");
            Peer.HandleTimeout(clock.Now);
        }
        Pump();
    }
}

/// <summary>An event of a simulated peer: when it happened, what it was, and its payload.</summary>
public sealed record SimulatedEvent(Instant At, PeerEvent Event, byte[] Payload);
