using System.Net;
using Parley.Speech.Options;

namespace Parley.Speech.Mcp;

/// <summary>
/// Which MCP servers clients may have this server talk to. By default all that are on the public internet and speak TLS: a client must
/// not reach through this server what it could not reach by itself. Hosts that the operator names are reached wherever they are.
/// </summary>
public sealed class McpPolicy
{
    public static readonly McpPolicy Default = new(isEnabled: true, [], [], onlyAllowed: false);

    private readonly bool _isEnabled;
    private readonly IReadOnlyList<HostPattern> _allowed;
    private readonly IReadOnlyList<HostPattern> _denied;
    private readonly bool _onlyAllowed;

    private McpPolicy(bool isEnabled, IReadOnlyList<HostPattern> allowed, IReadOnlyList<HostPattern> denied, bool onlyAllowed)
    {
        (_isEnabled, _allowed, _denied, _onlyAllowed) = (isEnabled, allowed, denied, onlyAllowed);
    }

    /// <param name="errors">Takes what is wrong with the options.</param>
    internal static McpPolicy From(McpOptions options, string path, List<string> errors)
    {
        var allowed = Parse(options.AllowedHosts, $"{path}.allowedHosts", errors);
        var denied = Parse(options.DeniedHosts, $"{path}.deniedHosts", errors);
        if (options.OnlyAllowedHosts == true && allowed.Count == 0)
            errors.Add($"{path}.onlyAllowedHosts: no host is named in allowedHosts. Name one, or set {path}.enabled to false.");
        return new McpPolicy(options.Enabled ?? true, allowed, denied, options.OnlyAllowedHosts ?? false);
    }

    /// <summary>Why nobody may talk to this server; null: so far nothing is against it.</summary>
    internal string? Refusal(Uri url)
    {
        if (!_isEnabled) return "MCP servers are switched off here (mcp.enabled).";
        if (_denied.Any(pattern => pattern.Matches(url.Host, url.Port))) return $"The operator of this server does not let it talk to {url.Host} (mcp.deniedHosts).";
        if (IsAllowed(url.Host, url.Port)) return null;
        if (_onlyAllowed) return $"The operator of this server lets it talk to certain MCP servers only, and {url.Host} is none of them (mcp.allowedHosts).";
        if (url.Scheme != Uri.UriSchemeHttps) return $"An MCP server is reached by https. For plain http the operator has to name {url.Authority} in mcp.allowedHosts.";
        return IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? Refusal(url.Host, url.Port, address) : null;
    }

    /// <summary>Why a connection to the host must not go to this address; null: it may.</summary>
    internal string? Refusal(string host, int port, IPAddress address) => IsAllowed(host, port) || PublicAddress.Is(address)
        ? null
        : $"{host} is not on the public internet. If clients are to reach it through this server, the operator has to name it in mcp.allowedHosts.";

    private bool IsAllowed(string host, int port) => _allowed.Any(pattern => pattern.Matches(host, port));

    private static List<HostPattern> Parse(IReadOnlyList<string>? hosts, string path, List<string> errors)
    {
        var patterns = new List<HostPattern>();
        foreach (var host in hosts ?? [])
        {
            if (HostPattern.TryParse(host) is { } pattern) patterns.Add(pattern);
            else errors.Add($"{path}: '{host}' is not a host. Use a name, '*.example.com' or an address, with or without a port.");
        }
        return patterns;
    }
}
