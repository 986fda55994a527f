using System.Net;
using System.Net.Sockets;
using Parley.Net.Sockets;

namespace Parley.Net.Tests;

/// <summary>What goes to clients is never fragmented; the private network keeps the system's default. (docs/design/net.md)</summary>
public sealed class FragmentationTests
{
    private const int IpLevel = 0, IpMtuDiscover = 10, Probe = 3;
    private const int IpV6Level = 41, IpV6MtuDiscover = 23;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_socket_fragments_unless_it_is_told_not_to(bool dontFragment)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The option is Linux's.");
        using var socket = new BatchSocket(new IPEndPoint(IPAddress.Loopback, 0), isShared: false, dontFragment);
        Assert.Equal(dontFragment, Option(socket, IpLevel, IpMtuDiscover) == Probe);
    }

    [Fact]
    public void A_socket_of_both_families_keeps_to_it_in_both()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The option is Linux's.");
        if (!Socket.OSSupportsIPv6) Assert.Skip("There is no IPv6 here.");
        using var socket = new BatchSocket(new IPEndPoint(IPAddress.IPv6Loopback, 0), isShared: false, dontFragment: true);
        Assert.Equal((Probe, Probe), (Option(socket, IpLevel, IpMtuDiscover), Option(socket, IpV6Level, IpV6MtuDiscover)));
    }

    private static int Option(BatchSocket socket, int level, int name)
    {
        using var handle = new SafeSocketHandle(socket.Number, ownsHandle: false);
        using var view = new Socket(handle);
        Span<byte> value = stackalloc byte[sizeof(int)];
        Assert.Equal(sizeof(int), view.GetRawSocketOption(level, name, value));
        return BitConverter.ToInt32(value);
    }
}
