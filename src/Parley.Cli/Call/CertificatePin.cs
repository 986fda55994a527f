using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Cli.Call;

/// <summary>A certificate that nobody vouches for, known by its SHA-256: that of <c>parley serve --tls-self-signed</c>.</summary>
internal sealed class CertificatePin
{
    private readonly byte[] _hash;

    private CertificatePin(byte[] hash) => _hash = hash;

    /// <param name="text">64 hexadecimal digits, with or without colons between them.</param>
    /// <exception cref="CallFailedException">It is something else.</exception>
    public static CertificatePin Parse(string text)
    {
        var digits = text.Replace(":", "", StringComparison.Ordinal);
        if (digits.Length != SHA256.HashSizeInBytes * 2 || !digits.All(char.IsAsciiHexDigit))
            throw new CallFailedException($"--certificate-sha256: '{text}' is not the SHA-256 of a certificate: 64 hexadecimal digits.", isMisuse: true);
        return new CertificatePin(Convert.FromHexString(digits));
    }

    /// <summary>This certificate and no other, whoever has signed it.</summary>
    public bool Accepts(X509Certificate? certificate) => certificate is not null && certificate.GetCertHash(HashAlgorithmName.SHA256).AsSpan().SequenceEqual(_hash);

    public RemoteCertificateValidationCallback Validation => (_, certificate, _, _) => Accepts(certificate);
}
