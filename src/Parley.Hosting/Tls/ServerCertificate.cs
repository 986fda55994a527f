using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tls;

/// <summary>
/// The certificate of HTTPS with its chain. Files are looked at again at a handshake, at most every few seconds: a renewed certificate is taken
/// without a restart, one that cannot be used leaves the old one in place. Thread-safe.
/// </summary>
internal sealed class ServerCertificate
{
    private readonly (string Certificate, string Key)? _files;
    private readonly FileLook? _look;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _current;

    /// <param name="hosts">Names and addresses that a self-made certificate is for.</param>
    /// <exception cref="ConfigurationException">The files cannot be used.</exception>
    public ServerCertificate(TlsConfig config, IEnumerable<string> hosts, TimeProvider time, ILogger logger)
    {
        (_files, _logger) = (config.Files, logger);
        if (config.Files is { } files)
        {
            _look = new FileLook(time, files.Certificate, files.Key);
            _current = PemCertificate.Load(files.Certificate, files.Key);
        }
        else
        {
            _current = SslStreamCertificateContext.Create(SelfSigned.Create(hosts, time.GetUtcNow()), additionalCertificates: null, offline: true);
        }
    }

    /// <summary>SHA-256 of the certificate, in pairs of hexadecimal digits: what people compare.</summary>
    public string Fingerprint => string.Join(':', SHA256.HashData(_current.TargetCertificate.RawDataMemory.Span).Select(part => part.ToString("X2", null)));

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                if (_look?.HasChanged() == true) Renew(_files!.Value);
                return _current;
            }
        }
    }

    private void Renew((string Certificate, string Key) files)
    {
        try
        {
            _current = PemCertificate.Load(files.Certificate, files.Key);
            _look!.Take();
            HostingLog.CertificateRenewed(_logger);
        }
        catch (ConfigurationException exception)
        {
            HostingLog.CertificateNotRenewed(_logger, exception.Message);
        }
    }
}
