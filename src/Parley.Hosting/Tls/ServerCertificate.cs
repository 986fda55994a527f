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
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    private readonly TlsConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _current;
    private (DateTime, DateTime) _written;
    private long _lookedAt;

    /// <param name="hosts">Names and addresses that a self-made certificate is for.</param>
    /// <exception cref="ConfigurationException">The files cannot be used.</exception>
    public ServerCertificate(TlsConfig config, IEnumerable<string> hosts, TimeProvider time, ILogger logger)
    {
        (_config, _time, _logger) = (config, time, logger);
        _lookedAt = time.GetTimestamp();
        if (config.Files is { } files)
        {
            _written = WrittenAt(files);
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
                if (_config.Files is { } files && _time.GetElapsedTime(_lookedAt) >= LookPeriod) Look(files);
                return _current;
            }
        }
    }

    private void Look((string Certificate, string Key) files)
    {
        _lookedAt = _time.GetTimestamp();
        var written = WrittenAt(files);
        if (written == _written) return;
        try
        {
            _current = PemCertificate.Load(files.Certificate, files.Key);
            // Only now: whoever writes two files does not write them at once, and the next look tries again.
            _written = written;
            HostingLog.CertificateRenewed(_logger);
        }
        catch (ConfigurationException exception)
        {
            HostingLog.CertificateNotRenewed(_logger, exception.Message);
        }
    }

    private static (DateTime, DateTime) WrittenAt((string Certificate, string Key) files) =>
        (File.GetLastWriteTimeUtc(files.Certificate), File.GetLastWriteTimeUtc(files.Key));
}
