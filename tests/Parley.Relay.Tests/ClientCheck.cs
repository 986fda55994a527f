using System.Text;
using Parley.Net;
using Parley.Net.Routes;
using Parley.Rtc.Stun;

namespace Parley.Relay.Tests;

/// <summary>Connectivity checks as browsers send them.</summary>
internal static class ClientCheck
{
    public static byte[] Create(RouteCredentials server, IRandomSource? random = null) => Create(server.Ufrag, server.Password, random);

    public static byte[] Create(string serverUfrag, string password, IRandomSource? random = null)
    {
        var packet = new byte[512];
        Span<byte> transaction = stackalloc byte[StunMessage.TransactionIdLength];
        (random ?? SystemRandomSource.Instance).Fill(transaction);
        using var integrity = new StunIntegrity(password);
        var writer = new StunWriter(packet, StunMessageType.BindingRequest, transaction);
        writer.AddUsername(Encoding.ASCII.GetBytes($"{serverUfrag}:h6vY"));
        writer.AddRole(isControlling: true, 12345);
        writer.AddPriority(1845501695);
        writer.AddMessageIntegrity(integrity);
        return packet[..writer.Finish()];
    }
}
