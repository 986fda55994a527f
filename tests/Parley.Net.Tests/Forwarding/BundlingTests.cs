using System.Net;
using System.Net.Sockets;
using Parley.Net.Forwarding;

namespace Parley.Net.Tests.Forwarding;

public sealed class BundlingTests
{
    [Theory]
    [InlineData(true, true, 700)]
    [InlineData(true, false, 700)]
    [InlineData(false, true, 1452)]
    [InlineData(false, false, 1452)]
    public void Whatever_is_bundled_every_packet_arrives_whole_and_each_clients_in_order(bool bundles, bool segments, int maxLength)
    {
        const int Clients = 20, Packets = 50;
        using var rig = new RelayRig(config => config with { BundlesPackets = bundles, UsesSegments = segments, MaxInnerLength = maxLength });
        var clients = Enumerable.Range(0, Clients).Select(_ => rig.Client()).ToList();
        foreach (var client in clients) client.Send(RelayRig.First());
        var known = new HashSet<TransportAddress>();
        while (known.Count < Clients) foreach (var (from, _) in rig.ReceiveBundle(rig.Transceivers[0])) known.Add(from);
        for (var i = 0; i < Packets; i++)
            foreach (var client in clients) client.Send(Numbered(i));

        var next = known.ToDictionary(each => each, _ => 0);
        for (var received = 0; received < Clients * Packets;)
        {
            foreach (var (from, payload) in rig.ReceiveBundle(rig.Transceivers[0]))
            {
                Assert.Equal(Numbered(next[from]++), payload);
                received++;
            }
        }

        // And back, in full datagrams.
        foreach (var chunk in Enumerable.Range(0, Packets).SelectMany(i => known.Select(client => (client, Numbered(i)))).Chunk(30)) rig.Answer(rig.Transceivers[0], chunk);
        var buffer = new byte[2000];
        foreach (var client in clients)
            for (var i = 0; i < Packets; i++) Assert.Equal(Numbered(i), buffer[..client.Receive(buffer)]);
        var counters = rig.Worker.Counters;
        Assert.Equal(Clients * (Packets + 1), counters[ForwarderCounter.PacketsToTransceivers]);
        if (bundles) Assert.True(counters[ForwarderCounter.DatagramsToTransceivers] < counters[ForwarderCounter.PacketsToTransceivers]);
        else Assert.Equal(counters[ForwarderCounter.PacketsToTransceivers], counters[ForwarderCounter.DatagramsToTransceivers]);
    }

    [Fact]
    public void A_lone_packet_goes_alone()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        for (var i = 0; i < 20; i++)
        {
            client.Send(RelayRig.First());
            rig.Receive(rig.Transceivers[0]);
        }
        Assert.Equal(20, rig.Worker.Counters[ForwarderCounter.DatagramsToTransceivers]);
    }

    [Fact]
    public void Many_packets_to_one_client_arrive_one_by_one()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.First());
        var (from, _) = rig.Receive(rig.Transceivers[0]);
        rig.Answer(rig.Transceivers[0], Enumerable.Range(0, 60).Select(i => (from, Enumerable.Repeat((byte)(i + 10), i < 30 ? 100 : 100 - i).ToArray())));
        var buffer = new byte[2000];
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(i < 30 ? 100 : 100 - i, client.Receive(buffer));
            Assert.Equal(i + 10, buffer[0]);
        }
    }

    [Fact]
    public void A_client_that_a_socket_cannot_reach_costs_its_own_packet()
    {
        using var rig = new RelayRig();
        var client = rig.Client();
        client.Send(RelayRig.First());
        var (from, _) = rig.Receive(rig.Transceivers[0]);
        rig.Answer(rig.Transceivers[0], (TransportAddress.From(IPAddress.IPv6Loopback, 9), new byte[] { 200 }), (from, new byte[] { 201 }));
        var buffer = new byte[16];
        client.Receive(buffer);
        Assert.Equal(201, buffer[0]);
        Assert.Equal(1, rig.Worker.Counters[ForwarderCounter.SendUnreachable]);
    }

    [Fact]
    public void Clients_of_both_families_come_through_one_socket()
    {
        if (!Socket.OSSupportsIPv6) Assert.Skip("There is no IPv6 here.");
        using var rig = new RelayRig(config => config with { Listen = new IPEndPoint(IPAddress.IPv6Any, 0) });
        var port = rig.Group.LocalEndPoint.Port;
        foreach (var loopback in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var client = new Socket(loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)PortKinds.Hang.TotalMilliseconds };
            client.Connect(new IPEndPoint(loopback, port));
            client.Send(RelayRig.First());
            var (from, _) = rig.Receive(rig.Transceivers[0]);
            Assert.Equal(RelayRig.AddressOf(client), from);
            rig.Answer(rig.Transceivers[0], (from, new byte[] { 200 }));
            Assert.Equal(1, client.Receive(new byte[16]));
        }
    }

    private static byte[] Numbered(int number)
    {
        // Lengths differ, as those of voice do; no first byte of a protocol.
        var packet = new byte[60 + (number * 7 % 50)];
        packet[0] = 0xEE;
        packet[1] = (byte)number;
        return packet;
    }
}
