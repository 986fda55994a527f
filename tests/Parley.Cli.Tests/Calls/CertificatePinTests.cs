using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Cli.Call;

namespace Parley.Cli.Tests.Calls;

public sealed class CertificatePinTests
{
    [Fact]
    public void It_takes_the_certificate_with_its_fingerprint_and_no_other()
    {
        using var one = Certificate();
        using var other = Certificate();
        var digits = one.GetCertHashString(HashAlgorithmName.SHA256);
        foreach (var text in new[] { digits, digits.ToLowerInvariant(), string.Join(':', digits.Chunk(2).Select(pair => new string(pair))) })
        {
            var pin = CertificatePin.Parse(text);
            Assert.Equal((true, false, false), (pin.Accepts(one), pin.Accepts(other), pin.Accepts(null)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AA:BB")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_fingerprint_is_a_misuse(string text) => Assert.True(Assert.Throws<CallFailedException>(() => CertificatePin.Parse(text)).IsMisuse);

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
    }
}
