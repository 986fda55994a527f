using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Configuration;
using Parley.Hosting.Tls;

namespace Parley.Hosting.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly LogLines _log = new();

    private string CertificatePath => Path.Combine(_folder, "cert.pem");

    private string KeyPath => Path.Combine(_folder, "key.pem");

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_api_is_served_over_https_with_the_certificate_of_the_files()
    {
        var thumbprint = Write(CertificatePath, KeyPath);
        await using var app = await StartAsync(new TlsOptions { Certificate = CertificatePath, Key = KeyPath });
        var addresses = ParleyServer.AddressesOf(app);
        Assert.Equal("https", addresses.Http.Scheme);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate!.Thumbprint == thumbprint };
        using var client = new HttpClient(handler);
        Assert.Contains("parley", await client.GetStringAsync(new Uri(addresses.Http, "v1/models"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_self_made_certificate_is_for_loopback_and_its_fingerprint_is_told()
    {
        await using var app = await StartAsync(new TlsOptions { SelfSigned = true });
        var addresses = ParleyServer.AddressesOf(app);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, addresses.Http.Port, TestContext.Current.CancellationToken);
        // Nobody signed it: it is known by its fingerprint, and must be for the name.
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, problems) =>
            !problems.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            && certificate!.GetCertHashString(HashAlgorithmName.SHA256) == addresses.CertificateFingerprint!.Replace(":", "", StringComparison.Ordinal));
        await tls.AuthenticateAsClientAsync("localhost");
        Assert.True(tls.IsAuthenticated);
    }

    [Fact]
    public void A_renewed_certificate_is_taken_without_a_restart_and_a_broken_one_is_not()
    {
        var first = Write(CertificatePath, KeyPath);
        var certificate = new ServerCertificate(new TlsConfig((CertificatePath, KeyPath)), [], _clock, _log.CreateLogger("tls"));
        Assert.Equal(first, certificate.Current.TargetCertificate.Thumbprint);

        var second = Write(CertificatePath, KeyPath, written: 1);
        Assert.Equal(first, certificate.Current.TargetCertificate.Thumbprint);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(second, certificate.Current.TargetCertificate.Thumbprint);

        File.WriteAllText(CertificatePath, "half of a file");
        File.SetLastWriteTimeUtc(CertificatePath, DateTime.UnixEpoch.AddYears(60));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(second, certificate.Current.TargetCertificate.Thumbprint);
        Assert.Contains("the old one stays", _log.Text, StringComparison.Ordinal);

        var third = Write(CertificatePath, KeyPath, written: 2);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(third, certificate.Current.TargetCertificate.Thumbprint);
    }

    [Fact]
    public void Files_that_cannot_be_used_are_named_with_the_reason()
    {
        Write(CertificatePath, KeyPath);
        var other = Path.Combine(_folder, "other.pem");
        Write(Path.Combine(_folder, "other-cert.pem"), other);
        AssertRefused("server.tls.certificate", Path.Combine(_folder, "none.pem"), KeyPath);
        AssertRefused("server.tls.certificate", KeyPath, KeyPath);
        AssertRefused("server.tls.key", CertificatePath, Path.Combine(_folder, "none.pem"));
        AssertRefused("server.tls.key", CertificatePath, CertificatePath);
        AssertRefused("server.tls.key", CertificatePath, other);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(other, key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        AssertRefused("encrypted", CertificatePath, other);
    }

    [Theory]
    [InlineData("cert.pem", null, false)]
    [InlineData(null, "key.pem", false)]
    [InlineData("cert.pem", "key.pem", true)]
    [InlineData(null, null, false)]
    public void Half_a_configuration_is_an_error(string? certificate, string? key, bool selfSigned) =>
        Assert.Contains("server.tls", Assert.Throws<ConfigurationException>(() => ServerConfig.From(
            new ServerOptions { Tls = new TlsOptions { Certificate = certificate, Key = key, SelfSigned = selfSigned } })).Message, StringComparison.Ordinal);

    private static void AssertRefused(string part, string certificate, string key) =>
        Assert.Contains(part, Assert.Throws<ConfigurationException>(() => PemCertificate.Load(certificate, key)).Message, StringComparison.Ordinal);

    private static async Task<WebApplication> StartAsync(TlsOptions tls)
    {
        var server = new ServerOptions { Port = 0, UdpListen = "127.0.0.1", UdpPort = 0, Tcp = false, Tls = tls, Agent = AgentKind.Echo };
        var app = ParleyServer.Create(ParleyConfig.From(new ParleyOptions { Server = server }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    /// <summary>Writes a new certificate and returns its thumbprint.</summary>
    /// <param name="written">Years that tell the files' times apart.</param>
    private static string Write(string certificatePath, string keyPath, int written = 0)
    {
        using var certificate = SelfSigned.Create([], DateTimeOffset.UtcNow);
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        foreach (var path in new[] { certificatePath, keyPath }) File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(30 + written));
        return certificate.Thumbprint;
    }
}
