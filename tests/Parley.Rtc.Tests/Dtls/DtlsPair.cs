using Parley.Net.Impairment;
using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Dtls;

/// <summary>A client and a server, joined by two simulated links on virtual time.</summary>
internal sealed class DtlsPair : IDisposable
{
    private static readonly Lazy<DtlsCertificate> First = new(() => DtlsCertificate.Create(Epoch));
    private static readonly Lazy<DtlsCertificate> Second = new(() => DtlsCertificate.Create(Epoch));

    private readonly SimulatedLink _toServer;
    private readonly SimulatedLink _toClient;
    private Instant _clientWake = Instant.Never;
    private Instant _serverWake = Instant.Never;

    public DtlsPair(
        LinkConditions? conditions = null,
        ulong seed = 1,
        DtlsCertificate? clientCertificate = null,
        DtlsCertificate? serverCertificate = null,
        DtlsFingerprint? clientExpects = null,
        DtlsFingerprint? serverExpects = null,
        int mtu = DtlsEndpoint.MaxDatagramLength)
    {
        clientCertificate ??= ClientCertificate;
        serverCertificate ??= ServerCertificate;
        var random = new SeededRandom(seed);
        _toServer = new SimulatedLink(Clock, random.Fork(), (bytes, _) => Deliver(Server!, bytes));
        _toClient = new SimulatedLink(Clock, random.Fork(), (bytes, _) => Deliver(Client!, bytes));
        _toServer.Conditions = _toClient.Conditions = conditions ?? new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) };
        Client = new DtlsEndpoint(clientCertificate, DtlsRole.Client, clientExpects ?? FingerprintOf(serverCertificate), mtu)
        {
            RetransmissionTimeout = TimeSpan.FromMilliseconds(100),
        };
        Server = new DtlsEndpoint(serverCertificate, DtlsRole.Server, serverExpects ?? FingerprintOf(clientCertificate), mtu)
        {
            RetransmissionTimeout = TimeSpan.FromMilliseconds(100),
        };
    }

    public static DateTimeOffset Epoch => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DtlsCertificate ClientCertificate => First.Value;

    public static DtlsCertificate ServerCertificate => Second.Value;

    public VirtualClock Clock { get; } = new();

    public DtlsEndpoint Client { get; }

    public DtlsEndpoint Server { get; }

    public LinkConditions ToServer
    {
        set => _toServer.Conditions = value;
    }

    public LinkConditions ToClient
    {
        set => _toClient.Conditions = value;
    }

    /// <summary>Sees every datagram that leaves an endpoint; false loses it.</summary>
    public Func<DtlsEndpoint, byte[], bool> Wire { get; set; } = (_, _) => true;

    public bool IsConnected => Client.State == DtlsState.Connected && Server.State == DtlsState.Connected;

    public static DtlsFingerprint FingerprintOf(DtlsCertificate certificate)
    {
        Assert.True(DtlsFingerprint.TryParse($"sha-256 {certificate.Sha256Fingerprint}", out var fingerprint));
        return fingerprint!;
    }

    public void Start()
    {
        Server.Start(Clock.Now);
        Client.Start(Clock.Now);
        Pump();
    }

    public void Connect(TimeSpan? within = null)
    {
        Start();
        Clock.RunUntil(() => IsConnected, within ?? TimeSpan.FromSeconds(30), $"the handshake ({Client.State}, {Server.State})");
    }

    /// <summary>Sends what the endpoints have to send, and schedules their deadlines.</summary>
    public void Pump()
    {
        Drain(Client, _toServer);
        Drain(Server, _toClient);
        Schedule(Client, ref _clientWake);
        Schedule(Server, ref _serverWake);
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private void Deliver(DtlsEndpoint endpoint, byte[] datagram)
    {
        endpoint.HandleDatagram(datagram, Clock.Now);
        Pump();
    }

    private void Drain(DtlsEndpoint endpoint, SimulatedLink link)
    {
        var buffer = new byte[1500];
        while (endpoint.TryPollTransmit(buffer, out var length))
        {
            Assert.InRange(length, 1, DtlsEndpoint.MaxDatagramLength);
            var datagram = buffer[..length];
            if (Wire(endpoint, datagram)) link.Send(datagram, default);
        }
    }

    private void Schedule(DtlsEndpoint endpoint, ref Instant wake)
    {
        var next = endpoint.NextDeadline.At;
        if (next.IsNever || next == wake) return;
        wake = next;
        Clock.At(next, () =>
        {
            endpoint.HandleTimeout(Clock.Now);
            Pump();
        });
    }
}
