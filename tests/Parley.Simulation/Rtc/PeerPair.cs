using Parley.Net.Impairment;
using Parley.Rtc;
using Parley.Rtc.Dtls;

namespace Parley.Simulation;

/// <summary>A caller and a callee, described to each other and joined by two simulated links; nothing has been sent yet.</summary>
public sealed class PeerPair : IDisposable
{
    public static readonly TransportAddress CallerAddress = TransportAddress.FromIPv4(0x7F000001, 40_000);
    public static readonly TransportAddress CalleeAddress = TransportAddress.FromIPv4(0x7F000001, 3478);

    private static readonly Lazy<DtlsCertificate> CallerCertificate = new(() => DtlsCertificate.Create(CertificateTime));
    private static readonly Lazy<DtlsCertificate> CalleeCertificate = new(() => DtlsCertificate.Create(CertificateTime));
    private static readonly DateTimeOffset CertificateTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public PeerPair(
        ulong seed, LinkConditions? conditions = null, VirtualClock? clock = null,
        Func<RtcPeerConfig, RtcPeerConfig>? caller = null, Func<RtcPeerConfig, RtcPeerConfig>? callee = null,
        Func<string, string>? editOffer = null)
    {
        var random = new SeededRandom(seed);
        Clock = clock ?? new VirtualClock();
        var callerConfig = Apply(caller, new RtcPeerConfig { Certificate = CallerCertificate.Value, LocalCandidates = [CallerAddress] });
        var calleeConfig = Apply(callee, new RtcPeerConfig { Certificate = CalleeCertificate.Value, LocalCandidates = [CalleeAddress] });

        var callerPeer = RtcPeer.CreateOffer(callerConfig, random.Fork(), Clock.Now);
        var offer = editOffer is null ? callerPeer.LocalDescription : editOffer(callerPeer.LocalDescription);
        if (!RtcPeer.TryAnswer(offer, calleeConfig, random.Fork(), Clock.Now, out var calleePeer, out var error))
            throw new InvalidOperationException(error.Message);
        Caller = new SimulatedPeer(Clock, callerPeer, CallerAddress);
        Callee = new SimulatedPeer(Clock, calleePeer, CalleeAddress);
        ToCallee = new SimulatedLink(Clock, random.Fork(), Callee.Receive);
        ToCaller = new SimulatedLink(Clock, random.Fork(), Caller.Receive);
        ToCallee.Conditions = ToCaller.Conditions = conditions ?? LinkConditions.Perfect;
        Caller.Outgoing = ToCallee;
        Callee.Outgoing = ToCaller;
    }

    public VirtualClock Clock { get; }

    /// <summary>The controlling side, which made the offer.</summary>
    public SimulatedPeer Caller { get; }

    /// <summary>The ICE-lite side, which answered it.</summary>
    public SimulatedPeer Callee { get; }

    public SimulatedLink ToCallee { get; }

    public SimulatedLink ToCaller { get; }

    /// <summary>Changes the answer on its way to the caller.</summary>
    public Func<string, string> EditAnswer { get; set; } = answer => answer;

    /// <summary>Gives the caller its answer: the first check leaves.</summary>
    public void Start()
    {
        if (!Caller.Peer.TryAcceptAnswer(EditAnswer(Callee.Peer.LocalDescription), Clock.Now, out var error)) throw new InvalidOperationException(error.Message);
        Callee.Pump();
        Caller.Pump();
    }

    /// <summary>Starts and runs until both sides are connected.</summary>
    public void Connect(TimeSpan? within = null)
    {
        Start();
        Clock.RunUntil(
            () => Caller.Has(PeerEventKind.Connected) && Callee.Has(PeerEventKind.Connected), within ?? TimeSpan.FromSeconds(30), "connecting");
    }

    /// <summary>Opens a channel from the caller and runs until the callee has it. Returns its id.</summary>
    public ushort OpenChannel(string label = "oai-events", TimeSpan? within = null)
    {
        var id = (ushort)0;
        Clock.RunUntil(() => Caller.Peer.TryOpenChannel(label, Clock.Now, out id), within ?? TimeSpan.FromSeconds(30), "opening a channel");
        Caller.Pump();
        Clock.RunUntil(() => Callee.Has(PeerEventKind.ChannelOpened), within ?? TimeSpan.FromSeconds(30), "the channel's arrival");
        return id;
    }

    public void Dispose()
    {
        Caller.Peer.Dispose();
        Callee.Peer.Dispose();
    }

    private static RtcPeerConfig Apply(Func<RtcPeerConfig, RtcPeerConfig>? edit, RtcPeerConfig config) => edit is null ? config : edit(config);
}
