using System.Net;

namespace Parley.Hosting;

/// <summary>Where a server can be reached.</summary>
/// <param name="Tcp">Null: no calls over TCP.</param>
/// <param name="CertificateFingerprint">SHA-256 of the certificate of HTTPS; null: HTTP.</param>
public sealed record ServerAddresses(Uri Http, IPEndPoint Udp, IPEndPoint? Tcp, string? CertificateFingerprint);
