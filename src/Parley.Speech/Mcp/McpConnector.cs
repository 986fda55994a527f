using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Parley.Speech.Mcp;

/// <summary>Connects by streamable HTTP, to where the policy allows. Keeps no cookies, follows no redirects, uses no proxy.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "It serves all calls, and so lives as long as the process.")]
public sealed class McpConnector : IMcpConnector
{
    private const long MaxResponseLength = 4 * 1024 * 1024;

    private readonly McpPolicy _policy;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public McpConnector(McpPolicy policy, TimeProvider time)
    {
        (_policy, _time) = (policy, time);
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would connect where this server must not.
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = ConnectAsync,
        };
        // The connections have deadlines of their own.
        _http = new HttpClient(new BoundedResponses(MaxResponseLength) { InnerHandler = sockets }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public IMcpConnections Open() => new McpConnections(_policy, _http, _time);

    /// <summary>A name is checked by the addresses that it has now, and it is those that are connected to: it cannot change in between.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var refusals = addresses.Select(candidate => _policy.Refusal(host, port, candidate)).ToList();
        var admitted = addresses.Where((_, i) => refusals[i] is null).ToArray();
        if (admitted.Length == 0) throw new McpRefusedException(refusals.Find(refusal => refusal is not null) ?? $"{host} has no address.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(admitted, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
