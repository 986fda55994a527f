using Parley.Net.Forwarding;

namespace Parley.Net.Tests.Forwarding;

public sealed class RecoveryTests
{
    private const ushort Request = 0x0001, Success = 0x0101, Error = 0x0111;

    [Fact]
    public void After_a_restart_the_transceivers_next_packet_brings_the_flow_back()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.First(node: 1));
        var (from, _) = rig.Receive(rig.Transceivers[1]);
        rig.Restart();

        rig.Answer(rig.Transceivers[1], (from, RelayRig.Media(7)));
        Assert.Equal(60, client.Receive(new byte[100]));
        client.Send(RelayRig.Media(8));
        Assert.Equal(RelayRig.Media(8), rig.Receive(rig.Transceivers[1]).Payload);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.FlowsRelearned]);
    }

    [Fact]
    public void After_a_restart_it_asks_and_clients_that_are_named_have_their_flows_before_any_packet()
    {
        using var rig = new RelayRig();
        var (client, other) = (rig.Client(), rig.Client());
        client.Send(RelayRig.First(node: 1));
        rig.Receive(rig.Transceivers[1]);
        rig.Policy.AsksForFlows = true;
        rig.Restart();

        rig.ReceiveQuestion(rig.Transceivers[0]);
        rig.ReceiveQuestion(rig.Transceivers[1]);
        rig.Policy.AsksForFlows = false;
        rig.Name(rig.Transceivers[1], RelayRig.AddressOf(client), RelayRig.AddressOf(other) with { Protocol = TransportProtocol.Tcp });
        // What was asked again meanwhile is read over; and when a packet to the client is through, so is the answer before it.
        rig.Answer(rig.Transceivers[1], (RelayRig.AddressOf(other), RelayRig.Media(1)));
        other.Receive(new byte[100]);
        client.Send(RelayRig.Media(8));
        var bundle = rig.ReceiveBundle(rig.Transceivers[1]);
        while (bundle.Count == 0) bundle = rig.ReceiveBundle(rig.Transceivers[1]);
        Assert.Equal(RelayRig.Media(8), bundle[0].Payload);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.FlowsRecalled]);
    }

    [Fact]
    public void Naming_a_client_gives_its_flow_to_nobody_else()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.First(node: 1));
        rig.Receive(rig.Transceivers[1]);
        rig.Name(rig.Transceivers[0], RelayRig.AddressOf(client));
        rig.Answer(rig.Transceivers[0], (RelayRig.AddressOf(rig.Client()), RelayRig.Media(1)));
        client.Send([1]);
        Assert.Equal([1], rig.Receive(rig.Transceivers[1]).Payload);
        Assert.Equal(0, rig.Worker.Counters[ForwarderCounter.FlowsRecalled]);
    }

    [Fact]
    public void After_a_restart_the_clients_next_check_brings_the_flow_back()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.Stun(Request, node: 1));
        rig.Receive(rig.Transceivers[1]);
        rig.Restart();
        client.Send(RelayRig.Stun(Request, node: 1));
        rig.Receive(rig.Transceivers[1]);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.FlowsBegun]);
    }

    [Fact]
    public void A_client_that_moves_is_found_by_its_ssrc()
    {
        using var rig = new RelayRig();
        Talk(rig, rig.Client(), ssrc: 77);
        var moved = rig.Client();
        moved.Send(RelayRig.Media(77));
        Assert.Equal(RelayRig.AddressOf(moved), rig.Receive(rig.Transceivers[0]).Client);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.FlowsMoved]);
        // The transceiver believed the tag and sends there.
        rig.Answer(rig.Transceivers[0], (RelayRig.AddressOf(moved), RelayRig.Media(5)));
        Assert.Equal(60, moved.Receive(new byte[100]));
    }

    [Fact]
    public void Who_may_not_move_is_dropped()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        Talk(rig, client, ssrc: 77);
        rig.Policy.LetsMove = false;
        rig.Client().Send(RelayRig.Media(77));
        client.Send(RelayRig.Media(77));
        Assert.Equal(RelayRig.AddressOf(client), rig.Receive(rig.Transceivers[0]).Client);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.MoveRefused]);
    }

    [Fact]
    public void An_ssrc_of_an_unverified_flow_leads_nowhere()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.First());
        client.Send(RelayRig.Media(77));
        rig.Receive(rig.Transceivers[0]);
        rig.Receive(rig.Transceivers[0]);
        rig.Client().Send(RelayRig.Media(77));
        client.Send([1]);
        Assert.Equal([1], rig.Receive(rig.Transceivers[0]).Payload);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.Unroutable]);
    }

    [Fact]
    public void A_new_call_from_an_old_calls_port_goes_where_its_check_says()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.Stun(Request, node: 0));
        var (from, _) = rig.Receive(rig.Transceivers[0]);
        rig.Answer(rig.Transceivers[0], (from, RelayRig.Stun(Success)));
        client.Receive(new byte[100]);

        client.Send(RelayRig.Stun(Request, node: 1));
        rig.Receive(rig.Transceivers[1]);
        client.Send(RelayRig.Media(5));
        rig.Receive(rig.Transceivers[1]);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.FlowsRerouted]);
    }

    [Fact]
    public void Checks_of_the_same_call_are_not_opened_again()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        for (var i = 0; i < 10; i++)
        {
            client.Send(RelayRig.Stun(Request, node: 1));
            rig.Receive(rig.Transceivers[1]);
        }
        Assert.Equal(1, rig.Policy.Looks);
    }

    [Fact]
    public void An_unverified_address_gets_no_more_bytes_than_came_from_it()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.Stun(Request, length: 100));
        var (from, _) = rig.Receive(rig.Transceivers[0]);
        rig.Answer(rig.Transceivers[0], (from, RelayRig.Stun(Error, length: 60)), (from, RelayRig.Stun(Error, length: 44)), (from, RelayRig.Stun(Error, length: 40)));
        var buffer = new byte[200];
        Assert.Equal(60, client.Receive(buffer));
        Assert.Equal(40, client.Receive(buffer));
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.UnverifiedLimited]);

        // A check that is answered with success lifts the limit.
        client.Send(RelayRig.Stun(Request, length: 100));
        rig.Receive(rig.Transceivers[0]);
        rig.Answer(rig.Transceivers[0], (from, RelayRig.Stun(Success, length: 64)), (from, new byte[1200]));
        Assert.Equal(64, client.Receive(buffer));
        Assert.Equal(1200, client.Receive(new byte[1500]));
    }

    private static void Talk(RelayRig rig, System.Net.Sockets.Socket client, uint ssrc)
    {
        client.Send(RelayRig.First());
        var (from, _) = rig.Receive(rig.Transceivers[0]);
        rig.Answer(rig.Transceivers[0], (from, RelayRig.Media(1)));
        client.Receive(new byte[100]);
        client.Send(RelayRig.Media(ssrc));
        rig.Receive(rig.Transceivers[0]);
    }
}
