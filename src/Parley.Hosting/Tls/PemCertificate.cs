using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tls;

/// <summary>Reads a certificate, its chain and its key from PEM files.</summary>
internal static class PemCertificate
{
    /// <exception cref="ConfigurationException">They cannot be used; the message says why.</exception>
    public static SslStreamCertificateContext Load(string certificatePath, string keyPath)
    {
        var certificateText = Read(certificatePath, "server.tls.certificate");
        var keyText = Read(keyPath, "server.tls.key");
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(certificateText);
        }
        catch (CryptographicException exception)
        {
            throw new ConfigurationException($"server.tls.certificate: {certificatePath} holds a certificate that cannot be read: {exception.Message}", exception);
        }
        if (chain.Count == 0) throw new ConfigurationException($"server.tls.certificate: {certificatePath} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
        if (keyText.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
            throw new ConfigurationException($"server.tls.key: {keyPath} is encrypted. Decrypt it (`openssl pkey -in … -out …`), and let only the server's user read it.");
        try
        {
            return SslStreamCertificateContext.Create(Usable(X509Certificate2.CreateFromPem(certificateText, keyText)), chain, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new ConfigurationException($"server.tls.key: {keyPath} holds no key of the certificate in {certificatePath}, which must be the first one there: {exception.Message}", exception);
        }
    }

    /// <summary>Windows takes no key that lives in memory alone.</summary>
    private static X509Certificate2 Usable(X509Certificate2 certificate) => OperatingSystem.IsWindows()
        ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null)
        : certificate;

    private static string Read(string path, string name)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{name}: {exception.Message}", exception);
        }
    }
}
