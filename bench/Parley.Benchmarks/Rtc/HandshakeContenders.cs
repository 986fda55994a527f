using Parley.Benchmarks.Measuring;
using Parley.Rtc.Dtls;

namespace Parley.Benchmarks.Rtc;

/// <summary>DTLS handshakes between two of our endpoints, from nothing to the exported keys, both sides counted.</summary>
internal sealed class HandshakeContenders : IDisposable
{
    private static readonly DateTimeOffset CertificateTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DtlsCertificate _clientCertificate = DtlsCertificate.Create(CertificateTime);
    private readonly DtlsCertificate _serverCertificate = DtlsCertificate.Create(CertificateTime);
    private readonly byte[] _datagram = new byte[DtlsEndpoint.MaxDatagramLength];

    public HandshakeContenders(int handshakes) => Handshakes = new Contender(handshakes, () => { }, () =>
    {
        for (var i = 0; i < handshakes; i++) Shake();
    });

    public Contender Handshakes { get; }

    public void Dispose()
    {
        _clientCertificate.Dispose();
        _serverCertificate.Dispose();
    }

    private void Shake()
    {
        using var client = new DtlsEndpoint(_clientCertificate, DtlsRole.Client, FingerprintOf(_serverCertificate));
        using var server = new DtlsEndpoint(_serverCertificate, DtlsRole.Server, FingerprintOf(_clientCertificate));
        var now = new Instant(0);
        client.Start(now);
        while (Pass(client, server, now) | Pass(server, client, now)) { }
        if (client.State != DtlsState.Connected || server.State != DtlsState.Connected) throw new InvalidOperationException("A handshake failed.");
        client.ExportSrtpKeys().Erase();
        server.ExportSrtpKeys().Erase();
    }

    private bool Pass(DtlsEndpoint from, DtlsEndpoint to, Instant now)
    {
        var any = false;
        while (from.TryPollTransmit(_datagram, out var length))
        {
            to.HandleDatagram(_datagram.AsSpan(0, length), now);
            any = true;
        }
        return any;
    }

    private static DtlsFingerprint FingerprintOf(DtlsCertificate certificate) =>
        DtlsFingerprint.TryParse($"sha-256 {certificate.Sha256Fingerprint}", out var fingerprint) ? fingerprint! : throw new InvalidOperationException("A fingerprint is malformed.");
}
