using System.Net;
using Parley.Relay;
using Parley.Relay.Cli;

namespace Parley.Cli.Tests.Relay;

public sealed class RelayCommandTests
{
    [Fact]
    public void Ready_is_one_line_that_scripts_read()
    {
        var output = new StringWriter();
        var addresses = new RelayAddresses(
            IPEndPoint.Parse("[::]:3478"), Tcp: null, [IPEndPoint.Parse("10.0.0.1:3480"), IPEndPoint.Parse("10.0.0.1:3481")], IPEndPoint.Parse("10.0.0.1:9090"));
        RelayAnnouncement.Print(addresses, asJson: true, output);
        var json = System.Text.Json.JsonElement.Parse(output.ToString());
        Assert.True(json.GetProperty("ready").GetBoolean());
        Assert.Equal(3478, json.GetProperty("udp_port").GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("tcp_port").ValueKind);
        Assert.Equal(3481, json.GetProperty("inner_ports")[1].GetInt32());
        Assert.Equal(9090, json.GetProperty("metrics_port").GetInt32());
    }

    [Fact]
    public void Every_option_of_the_issue_is_known()
    {
        var parsed = RelayCommand.Create().Parse(
            "--listen 0.0.0.0:3478 --tcp 443 --keys k --fleet f --inner 10.0.0.1:3480 --inner-auth --inner-mtu 1400 --max-tick 1ms --max-flows 1000 --metrics 127.0.0.1:9090 --drain-timeout 30s".Split(' '));
        Assert.Empty(parsed.Errors);
    }

    [Theory]
    [InlineData("--fleet f")]
    [InlineData("--keys k")]
    [InlineData("--keys k --fleet f --max-flows many")]
    [InlineData("--keys k --fleet f --listn 0.0.0.0:1")]
    public void What_is_missing_or_unknown_is_an_error(string arguments) =>
        Assert.NotEmpty(RelayCommand.Create().Parse(arguments.Split(' ')).Errors);
}
