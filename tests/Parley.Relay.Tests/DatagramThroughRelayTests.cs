using System.Net.Sockets;

namespace Parley.Relay.Tests;

/// <summary>A whole relay on loopback, between a UDP client and a transceiver.</summary>
public sealed class DatagramThroughRelayTests : IDisposable
{
    private readonly LoopbackRelay _relay = new();

    public void Dispose() => _relay.Dispose();

    [Fact]
    public void A_client_and_its_transceiver_speak_to_each_other()
    {
        using var client = _relay.Connect();
        var check = ClientCheck.Create(_relay.Seal());
        client.Send(check);
        var (relay, ingress, packets) = _relay.Transceiver.Receive();
        Assert.Equal(LoopbackRelay.Ingress, ingress);
        var (address, payload) = Assert.Single(packets);
        Assert.Equal(LoopbackRelay.AddressOf(client), address);
        Assert.Equal(check, payload);
        _relay.Transceiver.Send(relay, ingress, address, [22, 2, 3]);
        Assert.Equal([22, 2, 3], Receive(client));
    }

    [Fact]
    public async Task Strangers_with_no_or_a_forged_route_never_reach_a_transceiver_and_leave_no_flow()
    {
        using var client = _relay.Connect();
        client.Send([0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1]);
        client.Send(ClientCheck.Create("evtj", "VOkJxbRl1RmTxUk/WvJxBt"));
        client.Send(ClientCheck.Create(_relay.Seal().Ufrag, "VOkJxbRl1RmTxUk/WvJxBt"));
        await _relay.UntilAsync("parley_relay_first_packets_total{reason=\"check_forged\"}", 1);
        await _relay.UntilAsync("parley_relay_first_packets_total{reason=\"route_malformed\"}", 1);
        await _relay.UntilAsync("parley_relay_first_packets_total{reason=\"no_check\"}", 1);
        await _relay.UntilAsync("parley_relay_flows{worker=\"0\"}", 0);
        var check = ClientCheck.Create(_relay.Seal());
        client.Send(check);
        Assert.Equal(check, Assert.Single(_relay.Transceiver.Receive().Packets).Payload);
    }

    [Fact]
    public async Task A_transceiver_that_joins_the_fleet_is_found_without_a_restart()
    {
        using var client = _relay.Connect();
        using var joined = new LoopbackTransceiver();
        var check = ClientCheck.Create(_relay.Seal(node: 8));
        client.Send(check);
        await _relay.UntilAsync("parley_relay_first_packets_total{reason=\"node_unknown\"}", 1);
        _relay.Files.WriteFleet(LoopbackRelay.Cluster, 8, joined.Inner);
        await _relay.UntilAsync("parley_relay_file_reloads_total{file=\"fleet\"}", 1);
        client.Send(check);
        Assert.Equal(check, Assert.Single(joined.Receive().Packets).Payload);
    }

    [Fact]
    public async Task Keys_are_rotated_without_a_restart_and_calls_of_the_old_key_are_still_routed()
    {
        using var client = _relay.Connect();
        var old = _relay.Files.Ring;
        var ring = _relay.Files.Rotate();
        var check = ClientCheck.Create(LoopbackRelay.Seal(ring));
        client.Send(check);
        await _relay.UntilAsync("parley_relay_file_reloads_total{file=\"keys\"}", 1);
        client.Send(check);
        Assert.Equal(check, Assert.Single(_relay.Transceiver.Receive().Packets).Payload);
        using var later = _relay.Connect();
        check = ClientCheck.Create(LoopbackRelay.Seal(old));
        later.Send(check);
        Assert.Equal(check, Assert.Single(_relay.Transceiver.Receive().Packets).Payload);
    }

    private static byte[] Receive(Socket client)
    {
        var buffer = new byte[2048];
        return buffer[..client.Receive(buffer)];
    }
}
