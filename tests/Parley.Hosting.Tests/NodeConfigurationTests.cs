using System.Net;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests;

public sealed class NodeConfigurationTests
{
    private static readonly ServerOptions Transceiver = new()
    {
        Roles = [NodeRole.Transceiver],
        Node = 7,
        Cluster = 2,
        Inner = "10.0.0.7:4000",
        RelayAdvertise = ["eu=203.0.113.7:3478/443", "us=198.51.100.9:3478"],
        RouteKeysFile = "keys",
    };

    [Fact]
    public void A_server_stands_alone_unless_it_is_told_otherwise()
    {
        var server = ServerConfig.From(new ServerOptions());
        Assert.Null(server.Node);
        Assert.Equal(TimeSpan.Zero, server.DrainTime);
    }

    [Fact]
    public void A_transceiver_behind_relays_knows_who_it_is_and_where_the_relays_are()
    {
        var server = ServerConfig.From(Transceiver);
        var node = server.Node!;
        Assert.Equal((2, 7, true), (node.Cluster, node.Node, node.HasCalls));
        Assert.Equal("10.0.0.7:4000", node.Inner!.ToString());
        Assert.Equal(new Ingress("eu", IPEndPoint.Parse("203.0.113.7:3478"), IPEndPoint.Parse("203.0.113.7:443")), node.Ingresses[0]);
        Assert.Equal(new Ingress("us", IPEndPoint.Parse("198.51.100.9:3478"), null), node.Ingresses[1]);
        Assert.Equal(TimeSpan.FromMinutes(5), server.DrainTime);
    }

    [Fact]
    public void A_client_is_in_the_region_of_the_longest_prefix_that_holds_its_address()
    {
        var options = Transceiver with { Regions = new Dictionary<string, string> { ["10.0.0.0/8"] = "eu", ["10.9.0.0/16"] = "us", ["2001:db8::/32"] = "us" } };
        var regions = ServerConfig.From(options).Node!.Regions;
        Assert.Equal(
            ["eu", "us", "us", "eu", null, null],
            new[] { "10.1.2.3", "10.9.2.3", "2001:db8::5", "::ffff:10.1.2.3", "192.0.2.1" }.Select(IPAddress.Parse).Append(null).Select(regions.RegionOf));
    }

    [Theory]
    [InlineData("203.0.113.7:3478", null, "203.0.113.7:3478", null)]
    [InlineData("[2001:db8::7]:3478/443", null, "[2001:db8::7]:3478", "[2001:db8::7]:443")]
    [InlineData("us-east=203.0.113.7:3478/443", "us-east", "203.0.113.7:3478", "203.0.113.7:443")]
    public void A_relay_is_written_as_an_address_with_what_it_has(string text, string? region, string udp, string? tcp)
    {
        Assert.True(Ingress.TryParse(text, out var ingress));
        Assert.Equal((region, udp, tcp), (ingress.Region, ingress.Udp.ToString(), ingress.Tcp?.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8::7")]
    [InlineData("relay.example:3478")]
    [InlineData("203.0.113.7:0")]
    [InlineData("203.0.113.7:3478/")]
    [InlineData("203.0.113.7:3478/70000")]
    [InlineData("=203.0.113.7:3478")]
    [InlineData("e u=203.0.113.7:3478")]
    public void What_is_no_address_of_a_relay_is_not_taken_for_one(string text) => Assert.False(Ingress.TryParse(text, out _));

    public static TheoryData<ServerOptions, string> Mistakes => new()
    {
        { Transceiver with { Node = null }, "server.node" },
        { Transceiver with { Node = 70_000 }, "server.node" },
        { Transceiver with { Cluster = -1 }, "server.cluster" },
        { Transceiver with { Inner = null }, "server.inner" },
        { Transceiver with { Inner = "10.0.0.7" }, "server.inner" },
        { Transceiver with { RouteKeysFile = null }, "server.routeKeysFile" },
        { Transceiver with { RelayAdvertise = [] }, "server.relayAdvertise" },
        { Transceiver with { RelayAdvertise = ["relay.example"] }, "server.relayAdvertise" },
        { Transceiver with { Advertise = ["192.0.2.7"] }, "server.advertise" },
        { Transceiver with { Regions = new Dictionary<string, string> { ["10.0.0.0/8"] = "mars" } }, "server.regions" },
        { Transceiver with { Regions = new Dictionary<string, string> { ["everywhere"] = "eu" } }, "server.regions" },
        { Transceiver with { Roles = [] }, "server.roles" },
        { Transceiver with { Roles = [NodeRole.Api, NodeRole.Api] }, "server.roles" },
        { Transceiver with { DrainSeconds = -1 }, "server.drainSeconds" },
        { new ServerOptions { Roles = [NodeRole.Api], RouteKeysFile = "keys" }, "server.fleetFile" },
        { Transceiver with { Roles = [NodeRole.Api], FleetFile = "fleet" }, "server.inner" },
        { new ServerOptions { InnerAuth = true }, "server.innerAuth" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_with_the_setting_to_change(ServerOptions options, string setting) =>
        Assert.Contains(setting, Assert.Throws<ConfigurationException>(() => ServerConfig.From(options)).Message, StringComparison.Ordinal);
}
