using System.Globalization;
using System.Net;

namespace Parley.Relay.Cli;

/// <summary>What a relay says when it is ready.</summary>
internal static class RelayAnnouncement
{
    public static void Print(RelayAddresses addresses, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            // Numbers only: a serialiser would be the largest part of the program.
            output.WriteLine(
                $"{{\"ready\":true,\"udp_port\":{Number(addresses.Udp.Port)},\"tcp_port\":{OrNull(addresses.Tcp)},"
                + $"\"inner_ports\":[{string.Join(',', addresses.Inner.Select(inner => Number(inner.Port)))}],\"metrics_port\":{OrNull(addresses.Metrics)}}}");
            return;
        }
        output.WriteLine($"Parley relay: clients at UDP {addresses.Udp}, {(addresses.Tcp is { } tcp ? $"TCP {tcp}" : "no TCP")}; transceivers at UDP {string.Join(", ", addresses.Inner)}"
            + (addresses.Metrics is { } metrics ? $"; http://{metrics}/metrics" : ""));
    }

    private static string OrNull(IPEndPoint? endPoint) => endPoint is null ? "null" : Number(endPoint.Port);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
