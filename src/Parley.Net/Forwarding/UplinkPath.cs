using Parley.Net.Sockets;

namespace Parley.Net.Forwarding;

/// <summary>A packet from a client to its transceiver: by its flow, or, where there is none, by what <see cref="IFirstPackets"/> says.</summary>
internal sealed class UplinkPath(FlowTable flows, NodeTable nodes, BundleQueue bundles, IFirstPackets firstPackets, CounterTable<ForwarderCounter> counters)
{
    /// <summary>Beyond this a flow's credit does not matter: no answer to a check is longer than all that was asked.</summary>
    private const int MaxCredit = 1 << 20;

    private readonly TransportAddress[] _clients = new TransportAddress[ReceiveBatch.MaxMessages];
    private readonly ulong[] _hashes = new ulong[ReceiveBatch.MaxMessages];

    /// <summary>Takes the first <paramref name="count"/> packets of what was received.</summary>
    public void Handle(ReceiveBatch received, int count, Instant now)
    {
        for (var i = 0; i < count; i++)
        {
            _clients[i] = received.SourceOf(i);
            _hashes[i] = flows.HashOf(_clients[i]);
            flows.Prefetch(_hashes[i]);
        }
        for (var i = 0; i < count; i++) flows.PrefetchFlow(_hashes[i]);
        for (var i = 0; i < count; i++)
        {
            var packet = received[i];
            if (packet.Length is 0 or > Shard.MaxDatagramSize) counters.Increment(ForwarderCounter.BadLength);
            else TryHandle(_clients[i], _hashes[i], packet, now);
        }
    }

    /// <summary>Takes one packet, of a TCP connection.</summary>
    public void Handle(in TransportAddress client, ReadOnlySpan<byte> packet, Instant now) => TryHandle(client, flows.HashOf(client), packet, now);

    private void TryHandle(in TransportAddress client, ulong hash, ReadOnlySpan<byte> packet, Instant now)
    {
        try
        {
            Handle(client, hash, packet, now);
        }
        catch (Exception)
        {
            // A fault in deciding about one stranger's packet must not end the calls of all others.
            counters.Increment(ForwarderCounter.Faults);
        }
    }

    private void Handle(in TransportAddress client, ulong hash, ReadOnlySpan<byte> packet, Instant now)
    {
        counters.Increment(ForwarderCounter.PacketsFromClients);
        counters.Add(ForwarderCounter.BytesFromClients, packet.Length);
        var place = flows.Find(client, hash);
        if (place == Flow.None) place = Begin(client, packet, now);
        else if (PacketKind.IsBindingRequest(packet)) FollowCheck(place, packet);
        if (place == Flow.None) return;
        flows.Touch(place, now);
        ref var flow = ref flows[place];
        if (flow.State != FlowState.Verified) flow.Credit = Math.Min(flow.Credit + packet.Length, MaxCredit);
        else if (PacketKind.TryReadSsrc(packet, out var ssrc)) flows.Learn(place, ssrc);
        bundles.Add(flow.Node, client, packet);
    }

    private int Begin(in TransportAddress client, ReadOnlySpan<byte> packet, Instant now)
    {
        int node;
        if (PacketKind.TryReadSsrc(packet, out var ssrc) && flows.TryFindNode(ssrc, out node))
        {
            if (!firstPackets.MayMove(client, now))
            {
                counters.Increment(ForwarderCounter.MoveRefused);
                return Flow.None;
            }
            return Add(client, node, ForwarderCounter.FlowsMoved, now);
        }
        var decision = firstPackets.Classify(packet, client, now);
        if (!decision.IsForwarded)
        {
            counters.Increment(ForwarderCounter.Unroutable);
            return Flow.None;
        }
        if (!nodes.TryEnter(decision.Transceiver, out node))
        {
            counters.Increment(ForwarderCounter.TooManyTransceivers);
            return Flow.None;
        }
        var place = Add(client, node, ForwarderCounter.FlowsBegun, now);
        if (place != Flow.None && PacketKind.IsBindingRequest(packet)) flows[place].CheckFingerprint = PacketKind.FingerprintOf(packet);
        return place;
    }

    private int Add(in TransportAddress client, int node, ForwarderCounter what, Instant now)
    {
        var place = flows.Add(client, node, now);
        counters.Increment(place == Flow.None ? ForwarderCounter.TableFull : what);
        return place;
    }

    /// <summary>
    /// A check says where it goes more truly than the address that it comes from: a client's network may give a new call the port of an old one. What was
    /// seen before is not opened again.
    /// </summary>
    private void FollowCheck(int place, ReadOnlySpan<byte> check)
    {
        var fingerprint = PacketKind.FingerprintOf(check);
        if (flows[place].CheckFingerprint == fingerprint) return;
        flows[place].CheckFingerprint = fingerprint;
        if (!firstPackets.TryFindOwner(check, out var transceiver) || !nodes.TryEnter(transceiver, out var node) || node == flows[place].Node) return;
        counters.Increment(ForwarderCounter.FlowsRerouted);
        flows.Reroute(place, node);
    }
}
