using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>A certificate for loopback in two PEM files, for a server and for the clients that are told to trust it.</summary>
internal sealed class TestCertificate
{
    private TestCertificate(string certificate, string key)
    {
        CertificatePath = certificate;
        KeyPath = key;
    }

    public string CertificatePath { get; }

    public string KeyPath { get; }

    public static TestCertificate Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Parley client tests", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var made = new TestCertificate(Checkout.Artifact("client-tests-certificate.pem"), Checkout.Artifact("client-tests-key.pem"));
        File.WriteAllText(made.CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(made.KeyPath, key.ExportPkcs8PrivateKeyPem());
        return made;
    }
}
