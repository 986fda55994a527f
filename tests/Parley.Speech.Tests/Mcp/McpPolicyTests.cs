using System.Net;
using Parley.Speech.Mcp;
using Parley.Speech.Options;

namespace Parley.Speech.Tests.Mcp;

/// <summary>Where clients may have this server connect.</summary>
public sealed class McpPolicyTests
{
    private static McpPolicy Policy(McpOptions options) => SpeechConfig.From(new SpeechOptions { Mcp = options }).Mcp;

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_addresses_of_the_public_internet_are_reached_by_default(string address, bool isReached) =>
        Assert.Equal(isReached, McpPolicy.Default.Refusal("host.example", 443, IPAddress.Parse(address)) is null);

    [Theory]
    [InlineData("https://host.example/mcp", true)]
    [InlineData("http://host.example/mcp", false)]
    [InlineData("https://127.0.0.1/mcp", false)]
    [InlineData("https://[::1]/mcp", false)]
    [InlineData("https://8.8.8.8/mcp", true)]
    [InlineData("https://2130706433/mcp", false)] // 127.0.0.1 in another notation
    [InlineData("https://0x7f.1/mcp", false)]
    public void An_address_is_recognised_in_any_notation(string url, bool isAsked) =>
        Assert.Equal(isAsked, McpPolicy.Default.Refusal(new Uri(url)) is null);

    [Theory]
    [InlineData("localhost", "http://localhost:3000/mcp", true)]
    [InlineData("localhost:3000", "http://localhost:3000/mcp", true)]
    [InlineData("localhost:3000", "http://localhost:3001/mcp", false)]
    [InlineData("127.0.0.1:80", "http://127.0.0.1/mcp", true)]
    [InlineData("[::1]:3000", "http://[::1]:3000/mcp", true)]
    [InlineData("::1", "http://[::1]:3000/mcp", true)]
    [InlineData("*.lan", "http://tools.lan/mcp", true)]
    [InlineData("*.lan", "http://lan/mcp", false)]
    [InlineData("*.lan", "http://tools.plan/mcp", false)]
    [InlineData("Tools.Lan", "http://tools.lan/mcp", true)]
    public void Hosts_that_the_operator_names_are_reached_wherever_they_are(string allowed, string url, bool isReached)
    {
        var (policy, uri) = (Policy(new McpOptions { AllowedHosts = [allowed] }), new Uri(url));
        Assert.Equal(isReached, policy.Refusal(uri) is null && policy.Refusal(uri.Host, uri.Port, IPAddress.Loopback) is null);
    }

    [Fact]
    public void Hosts_that_the_operator_denies_are_not_reached_even_when_they_are_allowed_otherwise()
    {
        var policy = Policy(new McpOptions { AllowedHosts = ["*.example"], DeniedHosts = ["bad.example"] });
        Assert.Null(policy.Refusal(new Uri("https://good.example/")));
        Assert.Contains("mcp.deniedHosts", policy.Refusal(new Uri("https://bad.example/")), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_only_certain_hosts_are_allowed_no_other_is_reached()
    {
        var policy = Policy(new McpOptions { AllowedHosts = ["good.example"], OnlyAllowedHosts = true });
        Assert.Null(policy.Refusal(new Uri("https://good.example/")));
        Assert.Contains("mcp.allowedHosts", policy.Refusal(new Uri("https://other.example/")), StringComparison.Ordinal);
    }

    [Fact]
    public void It_can_be_switched_off() =>
        Assert.Contains("mcp.enabled", Policy(new McpOptions { Enabled = false, AllowedHosts = ["a.example"] }).Refusal(new Uri("https://a.example/")), StringComparison.Ordinal);

    [Theory]
    [InlineData("a b")]
    [InlineData("http://a.example")]
    [InlineData("a.example:0")]
    [InlineData("a.example:x")]
    [InlineData("")]
    public void What_is_no_host_is_told_at_start(string host) =>
        Assert.Contains("mcp.allowedHosts", Assert.Throws<SpeechOptionsException>(() => Policy(new McpOptions { AllowedHosts = [host] })).Message, StringComparison.Ordinal);

    [Fact]
    public void Only_allowed_hosts_without_one_is_told_at_start() =>
        Assert.Contains("mcp.onlyAllowedHosts", Assert.Throws<SpeechOptionsException>(() => Policy(new McpOptions { OnlyAllowedHosts = true })).Message, StringComparison.Ordinal);

    [Fact]
    public void The_keys_of_the_file_are_read()
    {
        using var file = System.Text.Json.JsonDocument.Parse(
            """{"mcp":{"enabled":true,"allowedHosts":["localhost:3000"],"deniedHosts":["bad.example"],"onlyAllowedHosts":true}}""");
        var read = SpeechOptions.Parse(file.RootElement).Mcp;
        Assert.Equal((true, "localhost:3000", "bad.example", true), (read.Enabled, read.AllowedHosts!.Single(), read.DeniedHosts!.Single(), read.OnlyAllowedHosts));
    }
}
