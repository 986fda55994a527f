using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Rtc.Dtls;

namespace Parley.Rtc.Tests.Dtls;

/// <summary>Certificates that peers may bring and we would not make.</summary>
internal static class OtherCertificates
{
    /// <param name="kind">"ecdsa", "rsa", or "large" with an extension of 4000 bytes.</param>
    /// <param name="cipher">The only one to offer, by OpenSSL's name; empty for the usual ones.</param>
    public static DtlsCertificate Create(string kind, ReadOnlySpan<byte> srtpProfiles = default, string cipher = "")
    {
        var made = Create(kind, srtpProfiles);
        if (cipher.Length > 0) Assert.Equal(1, OpenSsl.SSL_CTX_set_cipher_list(made.Context, System.Text.Encoding.ASCII.GetBytes(cipher + "\0")));
        return made;
    }

    private static DtlsCertificate Create(string kind, ReadOnlySpan<byte> srtpProfiles)
    {
        if (kind == "rsa")
        {
            using var rsa = RSA.Create(2048);
            var request = new CertificateRequest("CN=rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(DtlsPair.Epoch, DtlsPair.Epoch.AddDays(1));
            return DtlsCertificate.FromDer(certificate.RawData, rsa.ExportRSAPrivateKey(), OpenSsl.KeyTypeRsa, srtpProfiles);
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ecRequest = new CertificateRequest("CN=ec", key, HashAlgorithmName.SHA256);
        if (kind == "large") ecRequest.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.99999.1", new byte[4000], critical: false));
        using var ecCertificate = ecRequest.CreateSelfSigned(DtlsPair.Epoch, DtlsPair.Epoch.AddDays(1));
        return DtlsCertificate.FromDer(ecCertificate.RawData, key.ExportECPrivateKey(), OpenSsl.KeyTypeEc, srtpProfiles);
    }
}
