using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Parley.Relay.Configuration;

namespace Parley.Relay.Cli;

/// <summary>The options of <c>parley relay</c>.</summary>
internal sealed class RelayOptionSet
{
    private static readonly RelayOptions Default = new();

    private readonly Option<string?> _listen = new("--listen") { Description = $"IP address and UDP port for clients [default: {Default.Listen}]" };
    private readonly Option<string?> _tcp = new("--tcp") { Description = "TCP port, or IP address and port, for clients that UDP does not reach [default: none]" };
    private readonly Option<string?> _keys = new("--keys") { Required = true, Description = "File of the route keys, shared with the transceivers; read again when it changes" };
    private readonly Option<string?> _fleet = new("--fleet") { Required = true, Description = "JSON file of the transceivers; read again when it changes" };
    private readonly Option<string?> _inner = new("--inner") { Description = $"Private IP address and first UDP port for transceivers; each further worker has the next port [default: {Default.Inner}]" };
    private readonly Option<bool> _innerAuth = new("--inner-auth") { Description = "Tag what goes to transceivers, and believe only what is tagged" };
    private readonly Option<int?> _innerMtu = new("--inner-mtu") { CustomParser = Number, Description = $"Longest UDP payload to transceivers, in bytes [default: {Default.InnerMtu.ToString(CultureInfo.InvariantCulture)}]" };
    private readonly Option<int?> _workers = new("--workers") { CustomParser = Number, Description = "Threads that forward [default: one for every two cores, at most 4]" };
    private readonly Option<int?> _ingress = new("--ingress") { CustomParser = Number, Description = $"Number by which transceivers know this relay [default: {Default.Ingress.ToString(CultureInfo.InvariantCulture)}]" };
    private readonly Option<string?> _maxTick = new("--max-tick") { Description = $"Longest that a packet waits for others under load, up to 1ms [default: {Default.MaxTick}]" };
    private readonly Option<int?> _maxFlows = new("--max-flows") { CustomParser = Number, Description = $"Flows at a time; one more evicts an unconfirmed one, or is refused [default: {Default.MaxFlows.ToString(CultureInfo.InvariantCulture)}]" };
    private readonly Option<int?> _maxConnections = new("--max-connections") { CustomParser = Number, Description = $"TCP connections at a time [default: {Default.MaxConnections.ToString(CultureInfo.InvariantCulture)}]" };
    private readonly Option<int?> _flowsPerSource = new("--flows-per-source") { CustomParser = Number, Description = $"Flows that one IPv4 address or IPv6 /64 may begin in a second; four times as many at once [default: {Default.FlowsPerSource.ToString(CultureInfo.InvariantCulture)}]" };
    private readonly Option<string?> _metrics = new("--metrics") { Description = "Private IP address and TCP port of /metrics and /healthz [default: none]" };
    private readonly Option<string?> _drainTimeout = new("--drain-timeout") { Description = $"How long flows may go on after SIGTERM [default: {Default.DrainTimeout}]" };

    public Option<bool> Json { get; } = new("--json") { Description = "When ready, print one JSON line: ready, udp_port, tcp_port, inner_ports, metrics_port" };

    public IEnumerable<Option> All =>
    [
        _listen, _tcp, _keys, _fleet, _inner, _innerAuth, _innerMtu, _workers, _ingress, _maxTick, _maxFlows, _maxConnections, _flowsPerSource, _metrics,
        _drainTimeout, Json,
    ];

    public RelayOptions Read(ParseResult parsed) => new()
    {
        Listen = parsed.GetValue(_listen) ?? Default.Listen,
        Tcp = parsed.GetValue(_tcp),
        Keys = parsed.GetValue(_keys),
        Fleet = parsed.GetValue(_fleet),
        Inner = parsed.GetValue(_inner) ?? Default.Inner,
        InnerAuth = parsed.GetValue(_innerAuth),
        InnerMtu = parsed.GetValue(_innerMtu) ?? Default.InnerMtu,
        Workers = parsed.GetValue(_workers),
        Ingress = parsed.GetValue(_ingress) ?? Default.Ingress,
        MaxTick = parsed.GetValue(_maxTick) ?? Default.MaxTick,
        MaxFlows = parsed.GetValue(_maxFlows) ?? Default.MaxFlows,
        MaxConnections = parsed.GetValue(_maxConnections) ?? Default.MaxConnections,
        FlowsPerSource = parsed.GetValue(_flowsPerSource) ?? Default.FlowsPerSource,
        Metrics = parsed.GetValue(_metrics),
        DrainTimeout = parsed.GetValue(_drainTimeout) ?? Default.DrainTimeout,
    };

    private static int? Number(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        argument.AddError($"'{text}' is not a number.");
        return null;
    }
}
