using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Parley.EndToEnd.Tests.Phones;

/// <summary>An IPv4 address of this machine beside loopback: some stacks use no other.</summary>
internal static class OutwardAddress
{
    /// <summary>Null when there is none.</summary>
    public static IPAddress? Value { get; } = NetworkInterface.GetAllNetworkInterfaces()
        .Where(adapter => adapter.OperationalStatus == OperationalStatus.Up && adapter.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(adapter => adapter.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
}
