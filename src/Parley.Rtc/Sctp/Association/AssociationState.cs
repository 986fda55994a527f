using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Association;

/// <summary>What the parts of one association share.</summary>
internal sealed class AssociationState
{
    public AssociationState(SctpConfig config, IRandomSource random)
    {
        Config = config;
        RemotePort = config.RemotePort;
        Random = random;
        do LocalTag = random.NextUInt32();
        while (LocalTag == 0);
        LocalInitialTsn = new Tsn(random.NextUInt32());
    }

    public SctpConfig Config { get; }

    public ushort RemotePort { get; set; }

    public IRandomSource Random { get; }

    public CounterTable<SctpCounter> Counters { get; } = new();

    public TimerTable<SctpTimer> Timers { get; } = new("sctp");

    public SctpState Phase { get; set; }

    /// <summary>What the peer puts into its packets. One for the association's life: INIT and every INIT ACK carry the same.</summary>
    public uint LocalTag { get; }

    public Tsn LocalInitialTsn { get; }

    /// <summary>What the peer announced; its tag is zero until then.</summary>
    public InitFields Peer { get; set; }

    /// <summary>The association's error counter: expiries in a row that nothing answered. (RFC 9260 §8.1)</summary>
    public int Unanswered { get; set; }

    public bool IsUp => Phase is not (SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed);

    /// <summary>New messages are taken: before and while data flows, not once an end was asked for.</summary>
    public bool AcceptsMessages => Phase is SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed or SctpState.Established;
}
