using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Relay.Metrics;

namespace Parley.Relay.Tests.Metrics;

/// <summary>The endpoint on loopback.</summary>
public sealed class MetricsEndpointTests : IDisposable
{
    private readonly Report _report = new();
    private readonly MetricsEndpoint _endpoint;

    public MetricsEndpointTests() => _endpoint = new MetricsEndpoint(new IPEndPoint(IPAddress.Loopback, 0), _report, TimeProvider.System);

    public void Dispose() => _endpoint.Dispose();

    [Fact]
    public void Prometheus_gets_the_figures()
    {
        var answer = Ask("GET /metrics HTTP/1.1\r\nHost: relay\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain; version=0.0.4", answer, StringComparison.Ordinal);
        Assert.EndsWith("parley_relay_flows 3\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_balancer_sees_a_relay_that_drains()
    {
        Assert.StartsWith("HTTP/1.1 200 ", Ask("GET /healthz HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        _report.IsReady = false;
        Assert.StartsWith("HTTP/1.1 503 ", Ask("GET /healthz HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_balancer_that_asks_for_the_head_alone_gets_no_body()
    {
        var answer = Ask("HEAD /healthz HTTP/1.1\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_else_is_there() => Assert.StartsWith("HTTP/1.1 404 ", Ask("GET /keys HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public void A_request_without_end_is_refused() =>
        Assert.StartsWith("HTTP/1.1 431 ", Ask("GET /metrics HTTP/1.1\r\nX: ".PadRight(MetricsRequest.MaxLength, 'a')), StringComparison.Ordinal);

    [Fact]
    public void Who_goes_away_within_a_request_does_not_stand_in_the_next_ones_way()
    {
        using (var peer = Connect()) peer.Send("GET /met"u8);
        Assert.StartsWith("HTTP/1.1 200 ", Ask("GET /metrics HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
    }

    private Socket Connect()
    {
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        peer.Connect(_endpoint.LocalEndPoint);
        return peer;
    }

    private string Ask(string request)
    {
        using var peer = Connect();
        peer.Send(Encoding.Latin1.GetBytes(request));
        using var stream = new NetworkStream(peer);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private sealed class Report : IRelayReport
    {
        public bool IsReady { get; set; } = true;

        public void Write(PrometheusWriter writer)
        {
            writer.Gauge("parley_relay_flows", "Flows.");
            writer.Sample(3);
        }
    }
}
