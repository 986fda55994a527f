using System.Net;
using System.Net.Sockets;
using Parley.Net.Forwarding;
using Parley.Net.Tcp;

namespace Parley.Net.Tests.Forwarding;

public sealed class ForwarderConfigTests
{
    private static readonly ForwarderConfig Good = new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
        Inner = new IPEndPoint(IPAddress.Loopback, 0),
    };

    public static TheoryData<string, Func<ForwarderConfig, ForwarderConfig>> Mistakes => new()
    {
        { "Workers", config => config with { Workers = 0 } },
        { "MaxFlows", config => config with { MaxFlows = 1, Workers = 2 } },
        { "MaxTick", config => config with { MaxTick = TimeSpan.FromMilliseconds(2) } },
        { "MaxTick", config => config with { MaxTick = TimeSpan.FromMilliseconds(-1) } },
        { "MaxInnerLength", config => config with { MaxInnerLength = 100 } },
        { "MaxInnerLength", config => config with { MaxInnerLength = 65_000 } },
        { "IdleTime", config => config with { IdleTime = TimeSpan.FromMinutes(10) } },
        { "UnconfirmedTime", config => config with { UnconfirmedTime = TimeSpan.Zero } },
        { "Inner", config => config with { Inner = new IPEndPoint(IPAddress.Loopback, 65_535), Workers = 2 } },
        { "Tcp", config => config with { Tcp = new TcpConfig() } },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_before_anything_is_bound(string name, Func<ForwarderConfig, ForwarderConfig> mistake)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Bind(mistake(Good)));
        Assert.Equal(name, error.ParamName);
    }

    [Fact]
    public void A_port_that_another_relay_has_is_refused_and_what_was_bound_is_given_back()
    {
        using var rig = new RelayRig();
        var taken = Good with { Listen = rig.Group.LocalEndPoint, Workers = 2 };
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => Bind(taken)).SocketErrorCode);
        var innerTaken = Good with { Inner = rig.Worker.InnerEndPoint };
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => Bind(innerTaken)).SocketErrorCode);
    }

    private static void Bind(ForwarderConfig config) =>
        ForwarderGroup.Bind(config, new MonotonicClock(TimeProvider.System), _ => throw new InvalidOperationException("It goes on.")).Dispose();
}
