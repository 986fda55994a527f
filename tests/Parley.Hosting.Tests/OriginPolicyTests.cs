using Parley.Hosting.Access;

namespace Parley.Hosting.Tests;

public sealed class OriginPolicyTests
{
    private static readonly OriginPolicy Policy = new(["https://app.example/"], ["voice.example"]);

    [Theory]
    [InlineData("http://localhost:5173", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("https://app.example", true)]
    [InlineData("https://app.example.evil.example", false)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("file://localhost", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void Pages_of_loopback_and_of_configured_origins_may_call(string origin, bool isAllowed) =>
        Assert.Equal(isAllowed, Policy.AllowsOrigin(origin));

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("voice.example", true)]
    [InlineData("rebound.example", false)]
    [InlineData("192.168.1.5", false)]
    [InlineData("", false)]
    public void The_host_header_must_name_loopback_or_a_configured_host(string host, bool isAllowed) =>
        Assert.Equal(isAllowed, Policy.AllowsHost(host));
}
