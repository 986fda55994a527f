using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Rtc.Dtls;

/// <summary>A self-signed P-256 certificate for DTLS, one per process. Thread-safe once made.</summary>
public sealed class DtlsCertificate : IDisposable
{
    private readonly X509Certificate2 _certificate;

    private DtlsCertificate(X509Certificate2 certificate)
    {
        _certificate = certificate;
        Sha256Fingerprint = string.Join(':', SHA256.HashData(certificate.RawData).Select(b => b.ToString("X2", null)));
    }

    /// <summary>Upper-case hexadecimal pairs with colons, as SDP's a=fingerprint has it. (RFC 8122 §5)</summary>
    public string Sha256Fingerprint { get; }

    public static DtlsCertificate Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=parley", key, HashAlgorithmName.SHA256);
        return new DtlsCertificate(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30)));
    }

    public void Dispose() => _certificate.Dispose();
}
