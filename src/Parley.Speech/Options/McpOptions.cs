namespace Parley.Speech.Options;

/// <summary>What the operator sets about MCP servers that clients name: the key <c>mcp</c> of parley.json.</summary>
public sealed record McpOptions
{
    /// <summary>False: clients' MCP servers are not talked to. Null: they are.</summary>
    public bool? Enabled { get; init; }

    /// <summary>
    /// Hosts that clients may reach through this server wherever they are, by plain http too: a name, "*.example.com" or an address, with or
    /// without a port.
    /// </summary>
    public IReadOnlyList<string>? AllowedHosts { get; init; }

    /// <summary>Hosts that clients may not reach through this server.</summary>
    public IReadOnlyList<string>? DeniedHosts { get; init; }

    /// <summary>True: <see cref="AllowedHosts"/> are all that clients may reach.</summary>
    public bool? OnlyAllowedHosts { get; init; }
}
