using Parley.Net;
using Parley.Net.Inner;
using Parley.Net.Tcp;
using Parley.Relay.FirstPackets;

namespace Parley.Relay.Streams;

/// <summary>
/// Forwards between TCP clients, whose connections a shard keeps and frames (RFC 4571), and transceivers, which get and send the same inner protocol
/// on the shard's UDP socket as they do for UDP clients. One connection is one flow; the transceiver sees a client whose address says TCP. A connection is kept
/// once a transceiver has answered it: only an authentic check is answered.
/// </summary>
public sealed class StreamRelay : IShardHandler
{
    /// <summary>Packets that one round may bring for the next step.</summary>
    private const int QueueCapacity = 4096;

    private readonly FirstPacketClassifier _firstPackets;
    private readonly IShardConnections _connections;
    private readonly ushort _ingress;
    private readonly InnerAuthenticator? _authenticator;
    private readonly IRelayEvents _events;
    private readonly Dictionary<TransportAddress, Flow> _flows = [];
    private readonly DatagramQueue _out = new(QueueCapacity, Shard.MaxDatagramSize);
    private readonly byte[] _bundle;
    private InnerWriter _writer;
    private TransportAddress _bundleGoesTo;
    private int _flowCount;

    /// <param name="innerMtu">The longest datagram to a transceiver, in bytes of UDP payload.</param>
    /// <param name="authenticator">Null: nothing is tagged, and a flow believes whatever comes from its transceiver's address.</param>
    public StreamRelay(
        FirstPacketClassifier firstPackets, IShardConnections connections, ushort ingress, int innerMtu, InnerAuthenticator? authenticator,
        IRelayEvents events)
    {
        _firstPackets = firstPackets;
        _connections = connections;
        _ingress = ingress;
        _authenticator = authenticator;
        _events = events;
        _bundle = new byte[Math.Min(innerMtu, Shard.MaxDatagramSize)];
    }

    public CounterTable<StreamCounter> Counters { get; } = new();

    /// <summary>Datagrams of transceivers, by how they could be read.</summary>
    public CounterTable<InnerStatus> InnerCounters { get; } = new();

    /// <summary>Any thread: connections that lead to a transceiver.</summary>
    public int FlowCount => Volatile.Read(ref _flowCount);

    /// <summary>The shard's connections have their own times.</summary>
    public Deadline NextDeadline => Deadline.None;

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        if (datagram.Source.Protocol == TransportProtocol.Tcp) HandleFrame(datagram, now);
        else HandleInner(datagram);
    }

    public void HandleHandedOver(in Datagram datagram, Instant now) => HandleDatagram(datagram, now);

    public void HandlePosted(object work, Instant now)
    {
    }

    public void HandleTimeout(Instant now)
    {
    }

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit)
    {
        EndBundle();
        return _out.TryDequeue(buffer, out transmit);
    }

    public void HandleDisconnected(TransportAddress connection)
    {
        if (_flows.Remove(connection)) Volatile.Write(ref _flowCount, _flows.Count);
    }

    public void HandleFault(Exception exception) => _events.WorkerFailed($"TCP: {exception.GetType().Name}");

    private void HandleFrame(in Datagram datagram, Instant now)
    {
        if (!_flows.TryGetValue(datagram.Source, out var flow))
        {
            if (_firstPackets.Classify(datagram.Payload, datagram.Source, now, out var transceiver) != FirstPacketOutcome.Routed)
            {
                Counters.Increment(StreamCounter.FramesRefused);
                _connections.Close(datagram.Source);
                return;
            }
            flow = new Flow(transceiver);
            _flows.Add(datagram.Source, flow);
            Volatile.Write(ref _flowCount, _flows.Count);
            Counters.Increment(StreamCounter.FlowsBegun);
        }
        if (!TryBundle(flow.Transceiver, datagram)) Counters.Increment(StreamCounter.FramesTooLong);
        else Counters.Increment(StreamCounter.FramesUp);
    }

    private void HandleInner(in Datagram datagram)
    {
        var status = InnerReader.Open(datagram.Payload, InnerDirection.ToRelay, _authenticator, out var reader);
        if (status == InnerStatus.Ok)
        {
            while (reader.TryRead(out var client, out var payload)) HandleAnswer(client, payload, datagram.Source);
            status = reader.Status;
        }
        InnerCounters.Increment(status);
    }

    private void HandleAnswer(TransportAddress client, ReadOnlySpan<byte> payload, TransportAddress transceiver)
    {
        if (!_flows.TryGetValue(client, out var flow) || flow.Transceiver != transceiver)
        {
            Counters.Increment(StreamCounter.NoSuchFlow);
            return;
        }
        if (!flow.IsConfirmed)
        {
            flow.IsConfirmed = true;
            _connections.Keep(client);
        }
        Counters.Increment(_out.TryEnqueue(payload, client) ? StreamCounter.FramesDown : StreamCounter.QueueFull);
    }

    /// <summary>Frames that follow each other to one transceiver share a datagram.</summary>
    private bool TryBundle(TransportAddress transceiver, in Datagram datagram)
    {
        if (_writer.Count > 0 && _bundleGoesTo == transceiver && _writer.TryAdd(_bundle, datagram.Source, datagram.Payload)) return true;
        EndBundle();
        _bundleGoesTo = transceiver;
        _writer = InnerWriter.Begin(_bundle, InnerDirection.ToTransceiver, _ingress, _authenticator);
        return _writer.TryAdd(_bundle, datagram.Source, datagram.Payload);
    }

    private void EndBundle()
    {
        if (_writer.Count == 0) return;
        if (!_out.TryEnqueue(_bundle.AsSpan(0, _writer.Finish(_bundle)), _bundleGoesTo)) Counters.Increment(StreamCounter.QueueFull);
        _writer = default;
    }

    private sealed class Flow(TransportAddress transceiver)
    {
        public TransportAddress Transceiver { get; } = transceiver;

        /// <summary>The transceiver has answered.</summary>
        public bool IsConfirmed { get; set; }
    }
}
