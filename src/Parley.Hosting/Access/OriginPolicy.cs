using System.Net;

namespace Parley.Hosting.Access;

/// <summary>
/// Which web pages may call the server, and under which names it may be addressed. Pages of loopback origins are let in
/// always. The Host header is checked so that a hostile page cannot reach a loopback server by pointing a DNS name of its
/// own at 127.0.0.1 (DNS rebinding).
/// </summary>
internal sealed class OriginPolicy
{
    private readonly HashSet<string> _origins;
    private readonly HashSet<string> _hosts;

    /// <param name="origins">Origins such as "https://app.example" beyond loopback.</param>
    /// <param name="hosts">Host names beyond loopback; IP addresses that the server listens on belong here too.</param>
    public OriginPolicy(IEnumerable<string> origins, IEnumerable<string> hosts)
    {
        _origins = new HashSet<string>(origins.Select(origin => origin.TrimEnd('/')), StringComparer.OrdinalIgnoreCase);
        _hosts = new HashSet<string>(hosts, StringComparer.OrdinalIgnoreCase);
    }

    public bool AllowsOrigin(string origin) =>
        _origins.Contains(origin)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && IsLoopbackName(uri.Host));

    /// <param name="host">The Host header without its port.</param>
    public bool AllowsHost(string host) => _hosts.Contains(host) || IsLoopbackName(host);

    private static bool IsLoopbackName(string host)
    {
        var name = host.TrimStart('[').TrimEnd(']');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}
