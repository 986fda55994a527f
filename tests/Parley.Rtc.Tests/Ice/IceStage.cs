using Parley.Rtc.Ice;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Ice;

/// <summary>Two agents on virtual time with any number of addresses each, and a network that decides what passes.</summary>
internal sealed class IceStage : IDisposable
{
    public static readonly IceCredentials CallerCredentials = new("call", "caller-password-22char");
    public static readonly IceCredentials CalleeCredentials = new("srv1", "server-password-22char");
    public static readonly TransportAddress CallerAddress = TransportAddress.FromIPv4(0x0A000001, 1000);
    public static readonly TransportAddress CalleeAddress = TransportAddress.FromIPv4(0x0A000002, 2000);

    private static readonly TimeSpan ConsentTimeout = TimeSpan.FromSeconds(30);

    public IceStage(
        IceMode caller = IceMode.Controlling, IceMode callee = IceMode.Controlled, ulong seed = 7,
        TransportAddress[]? callerAddresses = null, TransportAddress[]? calleeAddresses = null)
    {
        var random = new SeededRandom(seed);
        Caller = Make(caller, CallerCredentials, callerAddresses ?? [CallerAddress], random.Fork());
        Callee = Make(callee, CalleeCredentials, calleeAddresses ?? [CalleeAddress], random.Fork());
        (Caller.Other, Callee.Other) = (Callee, Caller);
    }

    public VirtualClock Clock { get; } = new();

    public IceSide Caller { get; }

    public IceSide Callee { get; }

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>From, to: false loses the packet.</summary>
    public Func<TransportAddress, TransportAddress, bool> Passes { get; set; } = (_, _) => true;

    /// <summary>Gives both their remote's description, candidates included.</summary>
    public void Describe()
    {
        Caller.Agent.HandleDescription(Callee.Agent.Local, Candidates.Of([.. Callee.Useless, .. Callee.Addresses]), Clock.Now);
        Callee.Agent.HandleDescription(Caller.Agent.Local, Candidates.Of([.. Caller.Useless, .. Caller.Addresses]), Clock.Now);
        Pump();
    }

    public void Pump()
    {
        Caller.Pump();
        Callee.Pump();
    }

    public void RunFor(double seconds)
    {
        Pump();
        Clock.RunFor(TimeSpan.FromSeconds(seconds));
    }

    public void RunUntilSelected() =>
        Clock.RunUntil(() => Caller.Agent.Paths.HasSelected && Callee.Agent.Paths.HasSelected, TimeSpan.FromSeconds(10), "connecting");

    public void Dispose()
    {
        Caller.Agent.Dispose();
        Callee.Agent.Dispose();
    }

    private IceSide Make(IceMode mode, IceCredentials credentials, TransportAddress[] addresses, SeededRandom random) => new(
        this, new IceAgent(mode, credentials, ConsentTimeout, random, new IceLocals(addresses, connectsTcp: true)), addresses);
}

/// <summary>One agent and the addresses it has.</summary>
internal sealed class IceSide(IceStage stage, IceAgent agent, IEnumerable<TransportAddress> addresses)
{
    private readonly byte[] _buffer = new byte[1500];
    private readonly Dictionary<TransportAddress, TransportAddress> _asked = [];
    private Instant _scheduled = Instant.Never;

    public IceAgent Agent => agent;

    /// <summary>The first that fits a destination is what packets to it come from; those of TCP are ports that listen.</summary>
    public List<TransportAddress> Addresses { get; } = [.. addresses];

    /// <summary>Described before the others, and leading nowhere.</summary>
    public List<TransportAddress> Useless { get; } = [];

    /// <summary>What its packets look like behind a NAT; null for none.</summary>
    public Func<TransportAddress, TransportAddress>? Nat { get; set; }

    /// <summary>Called with each packet before it is sent.</summary>
    public Action<byte[]>? Sending { get; set; }

    public IceSide Other { get; set; } = null!;

    /// <summary>Everything sent: when, where to, and the bytes.</summary>
    public List<(double At, TransportAddress To, byte[] Packet)> Sent { get; } = [];

    public void Pump()
    {
        while (agent.TryPollTransmit(_buffer, out var transmit))
        {
            var (packet, to) = (_buffer[..transmit.Length], transmit.Destination);
            Sending?.Invoke(packet);
            Sent.Add((stage.Clock.Now.TotalMilliseconds, to, packet));
            // A host answers from the address that was asked.
            if (!_asked.TryGetValue(to, out var from)) from = Addresses.Find(own => own.IsIPv4 == to.IsIPv4) with { Protocol = to.Protocol };
            from = Nat?.Invoke(from) ?? from;
            if (stage.Passes(from, to)) stage.Clock.After(stage.Delay, () => Other.Receive(packet, from, to));
        }
        var next = agent.NextDeadline.At;
        if (next.IsNever || next == _scheduled) return;
        _scheduled = next;
        stage.Clock.At(next, () =>
        {
            _scheduled = Instant.Never;
            if (agent.NextDeadline.IsDue(stage.Clock.Now)) agent.HandleTimeout(stage.Clock.Now);
            Pump();
        });
    }

    private void Receive(byte[] packet, TransportAddress from, TransportAddress to)
    {
        // A NAT lets in what it has a mapping for; without one only own addresses are reached.
        var own = Addresses.FindIndex(own => (Nat?.Invoke(own) ?? own) with { Protocol = to.Protocol } == to);
        if (own < 0) return;
        _asked[from] = Addresses[own] with { Protocol = to.Protocol };
        agent.HandleDatagram(packet, from, stage.Clock.Now);
        Pump();
    }
}
