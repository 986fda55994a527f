using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Parley.Hosting.Configuration;

namespace Parley.Cli;

/// <summary>The options of <c>parley serve</c> that make it a node of a fleet.</summary>
internal sealed class NodeOptions
{
    private readonly Option<string?> _roles = new("--roles") { Description = "What the node does: transceiver, api, or both with a comma between them [default: both]" };
    private readonly Option<int?> _node = new("--node") { CustomParser = Number, Description = "This node's number in its cluster, 0 to 65535" };
    private readonly Option<int?> _cluster = new("--cluster") { CustomParser = Number, Description = "The cluster's number, the same for its relays [default: 0]" };
    private readonly Option<string[]?> _relayAdvertise = new("--relay-advertise")
    {
        Description = "Where clients reach the relays, most preferred first: [REGION=]IP:PORT[/TCP-PORT], with commas between them; may be repeated",
    };
    private readonly Option<string?> _inner = new("--inner") { Description = "Private UDP address with port at which relays bring packets" };
    private readonly Option<bool> _innerAuth = new("--inner-auth") { Description = "Authenticate the datagrams of the private network; as for the relays" };
    private readonly Option<string?> _keys = new("--keys") { Description = "File of the route keys, shared with relays and nodes" };
    private readonly Option<string?> _fleet = new("--fleet") { Description = "File of the cluster's transceivers: what is for calls of theirs is passed on" };
    private readonly Option<string?> _nodeApi = new("--node-api") { Description = "Private TCP address with port at which other nodes pass on what is for calls of this one" };
    private readonly Option<double?> _drain = new("--drain-timeout") { Description = "Seconds that calls have to end by themselves when the server is told to stop [default: 0, of a fleet 300]" };

    public IEnumerable<Option> All => [_roles, _node, _cluster, _relayAdvertise, _inner, _innerAuth, _keys, _fleet, _nodeApi, _drain];

    public ServerOptions Apply(ParseResult parsed, ServerOptions server) => server with
    {
        Roles = Roles(parsed.GetValue(_roles)) ?? server.Roles,
        Node = parsed.GetValue(_node) ?? server.Node,
        Cluster = parsed.GetValue(_cluster) ?? server.Cluster,
        RelayAdvertise = parsed.GetValue(_relayAdvertise) is { Length: > 0 } advertised ? [.. advertised.SelectMany(Split)] : server.RelayAdvertise,
        Inner = parsed.GetValue(_inner) ?? server.Inner,
        InnerAuth = parsed.GetValue(_innerAuth) || server.InnerAuth,
        RouteKeysFile = parsed.GetValue(_keys) ?? server.RouteKeysFile,
        FleetFile = parsed.GetValue(_fleet) ?? server.FleetFile,
        NodeApi = parsed.GetValue(_nodeApi) ?? server.NodeApi,
        DrainSeconds = parsed.GetValue(_drain) ?? server.DrainSeconds,
    };

    private static NodeRole[]? Roles(string? text) => text is null ? null : [.. Split(text).Select(Role)];

    private static NodeRole Role(string text) => text switch
    {
        "transceiver" => NodeRole.Transceiver,
        "api" => NodeRole.Api,
        _ => throw new ConfigurationException($"--roles: '{text}' is no role. Known are: transceiver, api."),
    };

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static int? Number(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        argument.AddError($"'{text}' is not a number.");
        return null;
    }
}
