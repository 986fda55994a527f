using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Parley.Hosting.Configuration;
using Parley.Hosting.Fleet;
using Parley.Net;
using Parley.Net.Routes;
using Parley.Transceiver;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>A node with calls and one that only answers HTTP, which passes on what is for calls of the other.</summary>
public sealed class FleetTests : IDisposable
{
    private const string Key = "key-one-key-one-key-one";
    private const string Other = "key-two-key-two-key-two";
    private const string KeysVariable = "PARLEY_TEST_FLEET_KEYS";

    private readonly string _folder = Directory.CreateTempSubdirectory("parley-fleet-").FullName;
    private readonly string _offer = TestApi.Offer();
    private readonly HttpClient _http = new();
    private readonly RouteKeyRing _ring = RouteKeyRing.Create(SystemRandomSource.Instance, DateTimeOffset.UtcNow);

    public FleetTests()
    {
        Environment.SetEnvironmentVariable(KeysVariable, $"{Key},{Other}");
        RouteKeyFile.Save(Path("keys"), _ring);
    }

    [Fact]
    public async Task A_call_id_tells_whose_the_call_is_and_its_answer_names_the_relays_of_the_region()
    {
        await using var owner = await StartTransceiverAsync();
        var (id, answer) = await CallAsync(owner, region: "us");
        Assert.True(CallId.TryParse(id, out var parsed));
        Assert.Equal(new CallId(2, 7), parsed);
        var candidates = Regex.Matches(answer, "^a=candidate:\\S+ 1 (udp|tcp) \\d+ (\\S+ \\d+) ", RegexOptions.Multiline).Select(match => $"{match.Groups[1]} {match.Groups[2]}");
        Assert.Equal(["udp 198.51.100.9 3478", "udp 203.0.113.7 3478", "tcp 203.0.113.7 443"], candidates);
        using var opener = new RouteOpener(_ring, TimeProvider.System);
        Assert.Equal(RouteStatus.Ok, opener.Open(Encoding.ASCII.GetBytes(Regex.Match(answer, "a=ice-ufrag:(\\S+)").Groups[1].Value), out var route));
        Assert.Equal((2, 7), (route.Cluster, route.Node));
    }

    [Fact]
    public async Task Any_node_hangs_a_call_up_for_its_key_and_for_no_other()
    {
        await using var owner = await StartTransceiverAsync();
        await using var api = await StartApiAsync(owner);
        var (id, _) = await CallAsync(owner);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(api, $"/calls/{id}/hangup", Other)).Status);
        Assert.Equal(1, owner.Transceiver.Stats.CallsWaiting);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, $"/calls/{id}/hangup", Key)).Status);
        Assert.Equal(0, owner.Transceiver.Stats.CallsWaiting);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(api, $"/calls/{id}/hangup", Key)).Status);
    }

    [Fact]
    public async Task Any_node_passes_on_another_offer_and_brings_back_what_the_owner_says()
    {
        await using var owner = await StartTransceiverAsync();
        await using var api = await StartApiAsync(owner);
        var (id, answer) = await CallAsync(owner);
        var (status, text) = await PostAsync(api, $"/calls/{id}", Key, _offer);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("v=0", text, StringComparison.Ordinal);
        Assert.Contains(Regex.Match(answer, "a=fingerprint:.*").Value.Trim(), text, StringComparison.Ordinal);
        (status, text) = await PostAsync(api, $"/calls/{id}", Key, "v=0\r\n");
        Assert.Equal((HttpStatusCode.BadRequest, "sdp"), (status, JsonElement.Parse(text).GetProperty("error").GetProperty("param").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(api, $"/calls/{id}", Other, _offer)).Status);
    }

    [Fact]
    public async Task A_sideband_at_any_node_is_as_good_as_one_at_the_owner()
    {
        await using var owner = await StartTransceiverAsync();
        await using var api = await StartApiAsync(owner);
        var (id, _) = await CallAsync(owner);
        var here = await owner.ConnectAsync($"?call_id={id}", Key);
        var there = await api.ConnectAsync($"?call_id={id}", Key);
        await here.UntilAsync("session.created");
        await there.UntilAsync("session.created");
        Assert.Equal((HttpStatusCode.NotFound, "call_not_found"), await api.RefusalAsync($"?call_id={id}", Other));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, $"/calls/{id}/hangup", Key)).Status);
        var end = (WebSocketCloseStatus.NormalClosure, "The call was hung up.");
        Assert.Equal(end, await here.UntilClosedAsync());
        Assert.Equal(end, await there.UntilClosedAsync());
        Assert.Equal((HttpStatusCode.NotFound, "call_not_found"), await api.RefusalAsync($"?call_id={id}", Key));
    }

    /// <summary>The bodies of other requests are bounded by 1 MiB, and a sideband between nodes is the body of one.</summary>
    [Fact]
    public async Task A_sideband_may_say_more_than_fits_into_a_request()
    {
        await using var owner = await StartTransceiverAsync();
        await using var api = await StartApiAsync(owner);
        var (id, _) = await CallAsync(owner);
        var sideband = await api.ConnectAsync($"?call_id={id}", Key);
        await sideband.UntilAsync("session.created");
        await sideband.SendAsync($$"""{"type":"no.such.event","padding":"{{new string('x', 8 << 20)}}"}""");
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, $"/calls/{id}/hangup", Key)).Status);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, (await sideband.UntilClosedAsync()).Status);
    }

    [Fact]
    public async Task A_sideband_that_leaves_another_node_leaves_the_call()
    {
        await using var owner = await StartTransceiverAsync();
        await using var api = await StartApiAsync(owner);
        var (id, _) = await CallAsync(owner);
        for (var i = 0; i < 20; i++)
        {
            var sideband = await api.ConnectAsync($"?call_id={id}", Key);
            await sideband.UntilAsync("session.created");
            await sideband.CloseAsync();
        }
    }

    [Fact]
    public async Task The_private_port_serves_nodes_alone_and_no_other_port_serves_them()
    {
        await using var owner = await StartTransceiverAsync();
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        const string Service = "/parley.fleet.v1.Calls/HangUp";
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(owner.NodeApi!, "/healthz"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync(new Uri(owner.NodeApi!, Service), null, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.PostAsync(new Uri($"http://{owner.EndPoint}{Service}"), null, TestContext.Current.CancellationToken)).StatusCode);
    }

    /// <summary>It was 421: nodes address each other by private addresses and names, of which the list of the public ones knows nothing.</summary>
    [Fact]
    public async Task Nodes_may_address_each_other_by_any_name()
    {
        await using var owner = await StartTransceiverAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(owner.NodeApi!, "/parley.fleet.v1.Calls/HangUp")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Host = "node-7.fleet.internal";
        request.Headers.Add(NodeToken.Header, new NodeToken(() => _ring, TimeProvider.System).Create(new CallId(2, 7)));
        // A gRPC message of no bytes.
        request.Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new("application/grpc") } };
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_call_of_a_node_that_is_gone_is_answered_with_503_and_may_be_tried_again()
    {
        await using var owner = await StartTransceiverAsync();
        await using var api = await StartApiAsync(owner);
        var (id, _) = await CallAsync(owner);
        await owner.StopAsync();
        var (status, text) = await PostAsync(api, $"/calls/{id}/hangup", Key);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "node_unreachable"), (status, JsonElement.Parse(text).GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "node_unreachable"), await api.RefusalAsync($"?call_id={id}", Key));
    }

    [Fact]
    public async Task A_node_without_calls_has_sessions_on_WebSockets_and_lets_another_take_an_offer()
    {
        await using var owner = await StartTransceiverAsync();
        await using var api = await StartApiAsync(owner);
        await (await api.ConnectAsync(key: Key)).UntilAsync("session.created");
        var (id, answer) = await CallAsync(api, region: "us");
        Assert.True(CallId.TryParse(id, out var parsed));
        Assert.Equal(new CallId(2, 7), parsed);
        Assert.Contains(" 198.51.100.9 3478 ", answer, StringComparison.Ordinal);
        Assert.Equal(1, owner.Transceiver.Stats.CallsWaiting);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(owner, $"/calls/{id}/hangup", Other)).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(api, $"/calls/{id}/hangup", Key)).Status);
    }

    [Fact]
    public async Task What_is_wrong_with_an_offer_is_told_as_the_other_node_sees_it()
    {
        await using var owner = await StartTransceiverAsync();
        await using var api = await StartApiAsync(owner);
        var here = await PostAsync(owner, "/calls", Key, "v=0\r\n");
        Assert.Equal(HttpStatusCode.BadRequest, here.Status);
        Assert.Equal(here, await PostAsync(api, "/calls", Key, "v=0\r\n"));
    }

    [Fact]
    public async Task A_call_for_which_a_node_has_no_place_is_taken_by_another()
    {
        await using var other = await LiveServer.StartAsync(options: Transceiver() with { Node = 8 });
        await WriteFleetAsync(8, other);
        await using var full = await LiveServer.StartAsync(options: Transceiver() with { MaxCalls = 1, FleetFile = Path("fleet") });
        var (first, _) = await CallAsync(full);
        var (second, _) = await CallAsync(full);
        Assert.Equal([7, 8], new[] { first, second }.Select(id => CallId.TryParse(id, out var parsed) ? parsed.Node : -1));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(full, $"/calls/{second}/hangup", Key)).Status);
        Assert.Equal((1, 0), (full.Transceiver.Stats.CallsWaiting, other.Transceiver.Stats.CallsWaiting));
    }

    [Fact]
    public async Task Where_no_node_answers_a_call_is_answered_with_503()
    {
        await using var owner = await StartTransceiverAsync();
        await using var api = await StartApiAsync(owner);
        await owner.StopAsync();
        var (status, text) = await PostAsync(api, "/calls", Key, _offer);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "node_unreachable"), (status, JsonElement.Parse(text).GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_fleet_file_of_another_cluster_refuses_the_start()
    {
        await File.WriteAllTextAsync(Path("fleet"), """{ "cluster": 3, "nodes": {} }""", TestContext.Current.CancellationToken);
        var options = Api() with { Cluster = 2 };
        var exception = await Assert.ThrowsAsync<ConfigurationException>(async () =>
        {
            await using var server = await LiveServer.StartAsync(options: options);
        });
        Assert.Contains("server.fleetFile", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<LiveServer> StartTransceiverAsync() => LiveServer.StartAsync(options: Transceiver());

    private ServerOptions Transceiver() => new()
    {
        Roles = [NodeRole.Transceiver],
        Cluster = 2,
        Node = 7,
        Inner = "127.0.0.1:0",
        NodeApi = "127.0.0.1:0",
        RelayAdvertise = ["eu=203.0.113.7:3478/443", "us=198.51.100.9:3478"],
        RouteKeysFile = Path("keys"),
        ApiKeysEnvironmentVariable = KeysVariable,
        DrainSeconds = 0,
    };

    private async Task<LiveServer> StartApiAsync(LiveServer owner)
    {
        await WriteFleetAsync(7, owner);
        return await LiveServer.StartAsync(options: Api());
    }

    private Task WriteFleetAsync(int node, LiveServer server) => File.WriteAllTextAsync(
        Path("fleet"), $$"""{ "cluster": 2, "nodes": { "{{node}}": { "inner": "127.0.0.1:{{server.Transceiver.LocalEndPoint.Port}}", "api": "{{server.NodeApi}}" } } }""",
        TestContext.Current.CancellationToken);

    private ServerOptions Api() => new()
    {
        Roles = [NodeRole.Api],
        Cluster = 2,
        RouteKeysFile = Path("keys"),
        FleetFile = Path("fleet"),
        ApiKeysEnvironmentVariable = KeysVariable,
    };

    private async Task<(string Id, string Answer)> CallAsync(LiveServer server, string? region = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server.EndPoint}/v1/realtime/calls") { Content = new StringContent(_offer, Encoding.UTF8, "application/sdp") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        if (region is not null) request.Headers.Add("X-Parley-Region", region);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (response.Headers.Location!.ToString().Split('/')[^1], await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<(HttpStatusCode Status, string Text)> PostAsync(LiveServer server, string path, string key, string? sdp = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server.EndPoint}/v1/realtime{path}");
        if (sdp is not null) request.Content = new StringContent(sdp, Encoding.UTF8, "application/sdp");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private string Path(string name) => System.IO.Path.Combine(_folder, name);
}
