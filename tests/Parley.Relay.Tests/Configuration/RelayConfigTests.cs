using System.Net;
using Parley.Relay.Configuration;

namespace Parley.Relay.Tests.Configuration;

public sealed class RelayConfigTests
{
    private static readonly RelayOptions Least = new() { Keys = "keys", Fleet = "fleet.json" };

    [Fact]
    public void Two_files_are_enough()
    {
        var config = RelayConfig.From(Least);
        Assert.Equal(IPEndPoint.Parse("[::]:3478"), config.Listen);
        Assert.Null(config.Tcp);
        Assert.Equal(TimeSpan.FromMilliseconds(1), config.MaxTick);
        Assert.Equal(TimeSpan.FromSeconds(30), config.DrainTimeout);
        Assert.Equal(1452, config.InnerMtu);
    }

    [Fact]
    public void A_TCP_port_alone_is_at_the_clients_address()
    {
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:443"), RelayConfig.From(Least with { Listen = "192.0.2.1:3478", Tcp = "443" }).Tcp);
        Assert.Equal(IPEndPoint.Parse("192.0.2.2:443"), RelayConfig.From(Least with { Listen = "192.0.2.1:3478", Tcp = "192.0.2.2:443" }).Tcp);
    }

    [Fact]
    public void Without_IPv6_every_address_is_every_one_of_IPv4_and_a_chosen_one_stays()
    {
        var config = RelayConfig.From(Least with { Tcp = "443", Inner = "10.0.0.1:3480" }).WithoutIPv6();
        Assert.Equal(IPEndPoint.Parse("0.0.0.0:3478"), config.Listen);
        Assert.Equal(IPEndPoint.Parse("0.0.0.0:443"), config.Tcp);
        Assert.Equal(IPEndPoint.Parse("10.0.0.1:3480"), config.Inner);
        Assert.Equal(config, config.WithoutIPv6());
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void What_cannot_be_used_is_named_by_its_option(string option, RelayOptions options)
    {
        var exception = Assert.Throws<RelayConfigurationException>(() => RelayConfig.From(options));
        Assert.StartsWith(option + ": ", exception.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, RelayOptions> Unusable => new()
    {
        { "--keys", Least with { Keys = null } },
        { "--fleet", Least with { Fleet = null } },
        { "--listen", Least with { Listen = "3478" } },
        { "--listen", Least with { Listen = "relay.example:3478" } },
        { "--tcp", Least with { Tcp = "70000" } },
        { "--inner", Least with { Inner = "10.0.0.1" } },
        { "--inner", Least with { Inner = "10.0.0.1:65535", Workers = 2 } },
        { "--inner", Least with { Inner = "10.0.0.1:3477", Workers = 2 } },
        { "--inner-mtu", Least with { InnerMtu = 100 } },
        { "--workers", Least with { Workers = 0 } },
        { "--ingress", Least with { Ingress = -1 } },
        { "--max-tick", Least with { MaxTick = "2ms" } },
        { "--max-tick", Least with { MaxTick = "1" } },
        { "--max-flows", Least with { MaxFlows = 1, Workers = 2 } },
        { "--max-connections", Least with { MaxConnections = 0 } },
        { "--flows-per-source", Least with { FlowsPerSource = 0 } },
        { "--metrics", Least with { Metrics = "9090" } },
        { "--drain-timeout", Least with { DrainTimeout = "soon" } },
        { "--drain-timeout", Least with { DrainTimeout = "25h" } },
    };
}
