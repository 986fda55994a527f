using Parley.Net.Inner;
using Parley.Relay.FirstPackets;
using Parley.Relay.Streams;
using Parley.Relay.Tests.FirstPackets;

namespace Parley.Relay.Tests.Streams;

/// <summary>The handler between TCP clients and transceivers, without sockets.</summary>
public sealed class StreamRelayTests : IDisposable
{
    private const ushort Ingress = 42;

    private static readonly TransportAddress Client = RelayRig.Client with { Protocol = TransportProtocol.Tcp };

    private readonly RelayRig _rig = new();
    private readonly ScriptedConnections _connections = new();
    private readonly StreamRelay _relay;

    public StreamRelayTests() =>
        _relay = new StreamRelay(_rig.Classifier, _connections, Ingress, InnerLayout.DefaultMaxLength, authenticator: null, new RecordedEvents());

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_check_reaches_its_transceiver_with_the_clients_TCP_address()
    {
        var check = _rig.Check(_rig.Seal());
        Receive(check, Client);
        var (records, destination, ingress) = Assert.Single(TakeUp());
        Assert.Equal(RelayRig.Transceiver, destination);
        Assert.Equal(Ingress, ingress);
        var (client, payload) = Assert.Single(records);
        Assert.Equal(Client, client);
        Assert.Equal(check, payload);
    }

    [Fact]
    public void What_follows_a_check_needs_no_route_and_shares_a_datagram()
    {
        Receive(_rig.Check(_rig.Seal()), Client);
        Receive([22, 1], Client);
        Receive([0x80, 2], Client);
        Assert.Equal(3, Assert.Single(TakeUp()).Records.Count);
        Assert.Equal(3, _relay.Counters[StreamCounter.FramesUp]);
        Assert.Equal(1, _relay.FlowCount);
    }

    [Fact]
    public void A_connection_that_begins_with_anything_else_is_closed()
    {
        Receive([22, 254, 253, 0], Client);
        Assert.Equal([Client], _connections.Closed);
        Assert.Empty(TakeUp());
        Assert.Equal(0, _relay.FlowCount);
        Assert.Equal(1, _relay.Counters[StreamCounter.FramesRefused]);
    }

    [Fact]
    public void An_answer_of_the_transceiver_keeps_the_connection_and_goes_to_the_client()
    {
        Receive(_rig.Check(_rig.Seal()), Client);
        TakeUp();
        Assert.Empty(_connections.Kept);
        Answer(RelayRig.Transceiver, [1, 2, 3], [4, 5]);
        Assert.Equal([Client], _connections.Kept);
        Assert.Equal([(Client, "010203"), (Client, "0405")], TakeDown());
        Answer(RelayRig.Transceiver, [6]);
        Assert.Single(_connections.Kept);
    }

    [Fact]
    public void Nobody_but_its_transceiver_speaks_to_a_client()
    {
        Receive(_rig.Check(_rig.Seal()), Client);
        TakeUp();
        Answer(TransportAddress.FromIPv4(0x0A000008, 4000), [1, 2, 3]);
        Assert.Empty(TakeDown());
        Assert.Empty(_connections.Kept);
        Assert.Equal(1, _relay.Counters[StreamCounter.NoSuchFlow]);
    }

    [Fact]
    public void What_comes_for_a_connection_that_is_gone_is_dropped()
    {
        Receive(_rig.Check(_rig.Seal()), Client);
        TakeUp();
        _relay.HandleDisconnected(Client);
        Assert.Equal(0, _relay.FlowCount);
        Answer(RelayRig.Transceiver, [1, 2, 3]);
        Assert.Empty(TakeDown());
        Assert.Equal(1, _relay.Counters[StreamCounter.NoSuchFlow]);
    }

    [Fact]
    public void With_tags_only_those_with_a_key_are_believed_and_what_goes_out_is_tagged()
    {
        var relay = new StreamRelay(
            _rig.Classifier, _connections, Ingress, InnerLayout.DefaultMaxLength, new InnerAuthenticator(_rig.Ring, _rig.Time), new RecordedEvents());
        relay.HandleDatagram(new Datagram(_rig.Check(_rig.Seal()), Client), _rig.Clock.Now);
        var buffer = new byte[1500];
        Assert.True(relay.TryPollTransmit(buffer, out var transmit));
        Assert.Equal(
            InnerStatus.Ok,
            InnerReader.Open(buffer.AsSpan(0, transmit.Length), InnerDirection.ToTransceiver, new InnerAuthenticator(_rig.Ring, _rig.Time), out _));

        relay.HandleDatagram(new Datagram(Bundle(authenticator: null, [1]), RelayRig.Transceiver), _rig.Clock.Now);
        Assert.Equal(1, relay.InnerCounters[InnerStatus.NotTagged]);
        Assert.False(relay.TryPollTransmit(buffer, out _));
        relay.HandleDatagram(new Datagram(Bundle(new InnerAuthenticator(_rig.Ring, _rig.Time), [1]), RelayRig.Transceiver), _rig.Clock.Now);
        Assert.True(relay.TryPollTransmit(buffer, out _));
    }

    [Fact]
    public void A_frame_that_no_datagram_to_a_transceiver_holds_is_dropped_and_counted()
    {
        Receive(_rig.Check(_rig.Seal()), Client);
        Receive(new byte[1460], Client);
        Assert.Single(Assert.Single(TakeUp()).Records);
        Assert.Equal(1, _relay.Counters[StreamCounter.FramesTooLong]);
    }

    [Fact]
    public void Random_bytes_of_a_transceivers_address_never_throw_and_open_nothing()
    {
        Receive(_rig.Check(_rig.Seal()), Client);
        TakeUp();
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = new byte[1 + _rig.Random.NextInt(80)];
            _rig.Random.Fill(bytes);
            _relay.HandleDatagram(new Datagram(bytes, RelayRig.Transceiver), _rig.Clock.Now);
        }
        Assert.Empty(TakeDown());
        Assert.Equal(10_000, _relay.InnerCounters.Total);
    }

    private void Receive(byte[] frame, TransportAddress client) => _relay.HandleDatagram(new Datagram(frame, client), _rig.Clock.Now);

    private void Answer(TransportAddress transceiver, params byte[][] payloads) =>
        _relay.HandleDatagram(new Datagram(Bundle(authenticator: null, payloads), transceiver), _rig.Clock.Now);

    private static byte[] Bundle(InnerAuthenticator? authenticator, params byte[][] payloads)
    {
        var buffer = new byte[InnerLayout.DefaultMaxLength];
        var writer = InnerWriter.Begin(buffer, InnerDirection.ToRelay, Ingress, authenticator);
        foreach (var payload in payloads) Assert.True(writer.TryAdd(buffer, Client, payload));
        return buffer[..writer.Finish(buffer)];
    }

    private List<(List<(TransportAddress Client, byte[] Payload)> Records, TransportAddress Destination, ushort Ingress)> TakeUp()
    {
        var taken = new List<(List<(TransportAddress, byte[])>, TransportAddress, ushort)>();
        var buffer = new byte[1500];
        while (_relay.TryPollTransmit(buffer, out var transmit))
        {
            Assert.Equal(InnerStatus.Ok, InnerReader.Open(buffer.AsSpan(0, transmit.Length), InnerDirection.ToTransceiver, null, out var reader));
            var records = new List<(TransportAddress, byte[])>();
            while (reader.TryRead(out var client, out var payload)) records.Add((client, payload.ToArray()));
            taken.Add((records, transmit.Destination, reader.Ingress));
        }
        return taken;
    }

    private List<(TransportAddress Client, string Payload)> TakeDown()
    {
        var taken = new List<(TransportAddress, string)>();
        var buffer = new byte[1500];
        while (_relay.TryPollTransmit(buffer, out var transmit)) taken.Add((transmit.Destination, Convert.ToHexString(buffer, 0, transmit.Length)));
        return taken;
    }
}
