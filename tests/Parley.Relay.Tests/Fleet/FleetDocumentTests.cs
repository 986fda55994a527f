using System.Net;
using System.Text;
using Parley.Relay.Configuration;
using Parley.Relay.Fleet;

namespace Parley.Relay.Tests.Fleet;

public sealed class FleetDocumentTests
{
    [Fact]
    public void Transceivers_are_found_by_cluster_and_number()
    {
        var fleet = Parse("""
            {
              "cluster": 3, // Frankfurt
              "nodes": { "7": "10.0.0.7:4000", "8": { "inner": "[fd00::8]:4000", "api": "http://10.0.0.8:4001" }, },
            }
            """);
        Assert.Equal(FleetAnswer.Found, fleet.Find(3, 7, out var seven));
        Assert.Equal(TransportAddress.From(IPEndPoint.Parse("10.0.0.7:4000")), seven);
        Assert.Equal(FleetAnswer.Found, fleet.Find(3, 8, out var eight));
        Assert.Equal(TransportAddress.From(IPEndPoint.Parse("[fd00::8]:4000")), eight);
        Assert.Equal(new Uri("http://10.0.0.8:4001"), fleet.Nodes[8].Api);
        Assert.Equal(FleetAnswer.UnknownNode, fleet.Find(3, 9, out _));
        Assert.Equal(FleetAnswer.UnknownCluster, fleet.Find(4, 7, out _));
    }

    [Fact]
    public void Only_an_address_with_its_port_is_of_the_fleet()
    {
        var fleet = Parse("""{ "cluster": 0, "nodes": { "1": "10.0.0.7:4000" } }""");
        Assert.True(fleet.Has(TransportAddress.FromIPv4(0x0A000007, 4000)));
        Assert.False(fleet.Has(TransportAddress.FromIPv4(0x0A000007, 4001)));
        Assert.False(fleet.Has(TransportAddress.FromIPv4(0x0A000008, 4000)));
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("[]", "an object with \"cluster\" and \"nodes\"")]
    [InlineData("""{ "nodes": {} }""", "cluster:")]
    [InlineData("""{ "cluster": 65536, "nodes": {} }""", "cluster:")]
    [InlineData("""{ "cluster": "1", "nodes": {} }""", "cluster:")]
    [InlineData("""{ "cluster": 1 }""", "nodes:")]
    [InlineData("""{ "cluster": 1, "nodes": [] }""", "nodes:")]
    [InlineData("""{ "cluster": 1, "nodes": {}, "node": {} }""", "node: this key is not known")]
    [InlineData("""{ "cluster": 1, "cluster": 2, "nodes": {} }""", "no JSON")]
    [InlineData("""{ "cluster": 1, "nodes": { "07": "10.0.0.7:4000" } }""", "nodes.07:")]
    [InlineData("""{ "cluster": 1, "nodes": { "-1": "10.0.0.7:4000" } }""", "nodes.-1:")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": "10.0.0.7" } }""", "nodes.7: an IP address with a port")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": "10.7:4000" } }""", "nodes.7: an IP address with a port")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": "transceiver-7:4000" } }""", "nodes.7: an IP address with a port")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": "0.0.0.0:4000" } }""", "nodes.7: an IP address with a port")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": "fd00::7" } }""", "nodes.7: an IP address with a port")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": 4000 } }""", "nodes.7: an address")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": {} } }""", "nodes.7.inner:")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": { "inner": "10.0.0.7:4000", "api": "10.0.0.7" } } }""", "nodes.7.api:")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": { "outer": "10.0.0.7:4000" } } }""", "nodes.7.outer: this key is not known")]
    [InlineData("""{ "cluster": 1, "nodes": { "7": "10.0.0.7:4000", "8": "10.0.0.7:4000" } }""", "nodes.8: node 7 has the same address")]
    public void What_cannot_be_used_is_named_by_its_key(string file, string message)
    {
        var exception = Assert.Throws<RelayConfigurationException>(() => Parse(file));
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    private static FleetSnapshot Parse(string file) => FleetDocument.Parse(Encoding.UTF8.GetBytes(file));
}
