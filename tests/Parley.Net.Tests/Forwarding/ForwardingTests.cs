using Parley.Net.Forwarding;
using Parley.Net.Inner;
using Parley.Net.Tests.Inner;

namespace Parley.Net.Tests.Forwarding;

public sealed class ForwardingTests
{
    [Fact]
    public void A_packet_goes_to_its_transceiver_with_the_clients_address_and_the_answer_comes_back()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.First(node: 1));
        var (from, payload) = rig.Receive(rig.Transceivers[1]);
        Assert.Equal(RelayRig.AddressOf(client), from);
        Assert.Equal(RelayRig.First(node: 1), payload);

        rig.Answer(rig.Transceivers[1], (from, new byte[] { 9, 8, 7 }));
        var answer = new byte[16];
        Assert.Equal(3, client.Receive(answer));
        Assert.Equal([9, 8, 7], answer[..3]);
    }

    [Fact]
    public void After_the_first_packet_the_source_address_is_enough()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.First(node: 1));
        rig.Receive(rig.Transceivers[1]);
        client.Send([42, 42]);
        Assert.Equal([42, 42], rig.Receive(rig.Transceivers[1]).Payload);
    }

    [Fact]
    public void What_nothing_says_where_it_belongs_is_dropped_and_nothing_is_stored()
    {
        using var rig = new RelayRig();
        var stranger = rig.Client();
        for (var i = 0; i < 100; i++) stranger.Send(RelayRig.Media(ssrc: (uint)i));
        var client = rig.Client();
        client.Send(RelayRig.First());
        rig.Receive(rig.Transceivers[0]);
        rig.Group.Dispose();
        Assert.Equal(100, rig.Worker.Counters[ForwarderCounter.Unroutable]);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.FlowsBegun]);
        Assert.Equal(1, rig.Worker.FlowCount);
    }

    [Fact]
    public void Packets_that_are_empty_or_too_long_are_dropped_and_counted()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(ReadOnlySpan<byte>.Empty);
        client.Send(new byte[Shard.MaxDatagramSize + 1]);
        client.Send(new byte[20_000]);
        client.Send(RelayRig.First());
        rig.Receive(rig.Transceivers[0]);
        Assert.Equal(3, rig.Worker.Counters[ForwarderCounter.BadLength]);
    }

    [Fact]
    public void A_packet_longer_than_the_inner_path_goes_alone_and_whole()
    {
        using var rig = new RelayRig(config => config with { MaxInnerLength = 300 });
        var client = rig.Client();
        byte[] packet = [.. RelayRig.First(), .. new byte[1400]];
        client.Send(packet);
        Assert.Equal(packet, rig.Receive(rig.Transceivers[0]).Payload);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.Oversized]);
    }

    [Fact]
    public void Two_workers_share_the_port_and_each_has_its_own_inner_socket()
    {
        using var rig = new RelayRig(config => config with { Workers = 2, MaxFlows = 256 });
        Assert.NotEqual(rig.Group.Workers[0].InnerEndPoint, rig.Group.Workers[1].InnerEndPoint);
        for (var i = 0; i < 64; i++)
        {
            rig.Client().Send(RelayRig.First());
            rig.Receive(rig.Transceivers[0]);
        }
        rig.Group.Dispose();
        // The kernel's choice: 64 sources all at one of two would be a wonder.
        Assert.All(rig.Group.Workers, worker => Assert.InRange(worker.FlowCount, 1, 63));
        Assert.Equal(64, rig.Group.FlowCount);
    }

    [Fact]
    public void Tags_are_written_and_asked_for()
    {
        var keys = new InnerRig();
        using var rig = new RelayRig(authenticatorOf: _ => new InnerAuthenticator(keys.Ring, keys.Time));
        var client = rig.Client();
        client.Send(RelayRig.First());
        var (from, payload) = Assert.Single(rig.ReceiveBundle(rig.Transceivers[0], keys.Authenticator));
        Assert.Equal(RelayRig.First(), payload);

        rig.Answer(rig.Transceivers[0], (from, new byte[] { 1 }));
        rig.Answer(rig.Transceivers[0], keys.Authenticator, [(from, [2])]);
        var answer = new byte[16];
        Assert.Equal(1, client.Receive(answer));
        Assert.Equal(2, answer[0]);
        Assert.Equal(1, rig.Worker.InnerCounters[InnerStatus.NotTagged]);
    }

    [Fact]
    public void Who_is_no_transceiver_reaches_no_client()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.First());
        var (from, _) = rig.Receive(rig.Transceivers[0]);
        rig.Answer(rig.Open(), (from, new byte[] { 1 }));
        rig.Answer(rig.Transceivers[0], (from, new byte[] { 2 }));
        var answer = new byte[16];
        client.Receive(answer);
        Assert.Equal(2, answer[0]);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.UnknownTransceiver]);
    }

    [Fact]
    public void Inner_datagrams_that_are_garbage_are_counted_and_nothing_else_happens()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.First());
        var (from, _) = rig.Receive(rig.Transceivers[0]);
        rig.Transceivers[0].SendTo("not the inner protocol"u8, rig.Worker.InnerEndPoint);
        rig.Transceivers[0].SendTo(Convert.FromHexString("D1020003FFFF009C40C0000207AA"), rig.Worker.InnerEndPoint);
        rig.Answer(rig.Transceivers[0], (from, new byte[] { 2 }));
        client.Receive(new byte[16]);
        Assert.Equal(1, rig.Worker.InnerCounters[InnerStatus.UnknownVersion]);
        Assert.Equal(1, rig.Worker.InnerCounters[InnerStatus.Malformed]);
    }

    [Fact]
    public void A_fault_in_deciding_costs_its_own_packet()
    {
        using var rig = new RelayRig();
        rig.Policy.Throws = true;
        var client = rig.Client();
        client.Send(RelayRig.First());
        while (rig.Worker.Counters[ForwarderCounter.Faults] == 0) Thread.Yield();
        rig.Policy.Throws = false;
        client.Send(RelayRig.First());
        rig.Receive(rig.Transceivers[0]);
    }
}
