using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parley.Net.Inner;
using Parley.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Net.Forwarding;

/// <summary>
/// A datagram of a transceiver to its clients. Packets for UDP are sent from where they lie, so the batch must go out before the datagram's
/// memory is used again. It is what confirms flows, and what teaches them after a restart.
/// </summary>
internal sealed class DownlinkPath(
    FlowTable flows, NodeTable nodes, BatchSocket clients, IFirstPackets firstPackets, InnerAuthenticator? authenticator, CounterTable<ForwarderCounter> counters)
{
    /// <summary>TCP clients; null: none.</summary>
    public TcpPort? Tcp { get; set; }

    public CounterTable<InnerStatus> InnerCounters { get; } = new();

    /// <summary>How many packets were in it.</summary>
    public int Handle(Span<byte> datagram, in TransportAddress source, Instant now)
    {
        counters.Increment(ForwarderCounter.DatagramsFromTransceivers);
        // One with flows that the fleet has no more finishes its calls.
        var isKnown = nodes.TryFind(source, out var node) && nodes[node].Flows > 0;
        if (!isKnown && !firstPackets.IsTransceiver(source))
        {
            counters.Increment(ForwarderCounter.UnknownTransceiver);
            return 0;
        }
        var status = InnerReader.Open(datagram, InnerDirection.ToRelay, authenticator, out var reader);
        var count = 0;
        if (status == InnerStatus.Ok)
        {
            for (; reader.TryRead(out var client, out var packet); count++) Handle(client, packet, source, now);
            status = reader.Status;
        }
        InnerCounters.Increment(status);
        return count;
    }

    private void Handle(in TransportAddress client, Span<byte> packet, in TransportAddress source, Instant now)
    {
        counters.Increment(ForwarderCounter.PacketsFromTransceivers);
        if (packet.Length > Shard.MaxDatagramSize)
        {
            counters.Increment(ForwarderCounter.BadLength);
            return;
        }
        var place = flows.Find(client);
        if (place == Flow.None) Relearn(client, source, now);
        else if (!Admit(place, packet, source, now)) return;
        counters.Increment(ForwarderCounter.PacketsToClients);
        counters.Add(ForwarderCounter.BytesToClients, packet.Length);
        if (client.Protocol == TransportProtocol.Tcp) Tcp?.Send(packet, client);
        else Send(client, packet);
    }

    /// <summary>
    /// No flow: this relay was started again, or the client's packets come through another one now and will again. The transceiver knows the client, or it
    /// would not send. Where there is no room for a flow the packet goes nevertheless.
    /// </summary>
    private void Relearn(in TransportAddress client, in TransportAddress source, Instant now)
    {
        // A connection that is gone does not come back by itself.
        if (client.Protocol == TransportProtocol.Tcp || !nodes.TryEnter(source, out var node)) return;
        var place = flows.Add(client, node, now);
        if (place == Flow.None) return;
        counters.Increment(ForwarderCounter.FlowsRelearned);
        flows.Confirm(place, FlowState.Verified);
    }

    /// <summary>
    /// To an address that nobody has verified goes no more than came from it. A transceiver sends such a one nothing but answers to its checks; success, or
    /// anything that is no STUN, says that it has found the client authentic.
    /// </summary>
    private bool Admit(int place, ReadOnlySpan<byte> packet, in TransportAddress source, Instant now)
    {
        ref var flow = ref flows[place];
        // Of a transceiver that the client has left for another: it goes, and says nothing about the flow.
        if (nodes[flow.Node].Address != source) return flow.State == FlowState.Verified || TryPay(ref flow, packet.Length);
        flows.Touch(place, now);
        if (flow.State == FlowState.Verified) return true;
        if (PacketKind.IsStun(packet))
        {
            if (!TryPay(ref flow, packet.Length)) return false;
            flows.Confirm(place, PacketKind.IsBindingSuccess(packet) ? FlowState.Verified : FlowState.Confirmed);
        }
        else flows.Confirm(place, FlowState.Verified);
        if (flow.State == FlowState.Verified && flow.Protocol == TransportProtocol.Tcp) Tcp?.Keep(flow.Client);
        return true;
    }

    private bool TryPay(ref Flow flow, int length)
    {
        if (flow.Credit < length)
        {
            counters.Increment(ForwarderCounter.UnverifiedLimited);
            return false;
        }
        flow.Credit -= length;
        return true;
    }

    private unsafe void Send(in TransportAddress client, Span<byte> packet)
    {
        var batch = clients.Unsent;
        // Native memory: it does not move.
        var bytes = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(packet));
        if (batch.Count > 0 && batch.TryExtend(batch.Count - 1, client, bytes, packet.Length)) return;
        if (batch.IsFull) Flush();
        if (batch.Add(client, bytes, packet.Length) < 0) counters.Increment(ForwarderCounter.SendUnreachable);
    }

    /// <summary>Sends what there is. Needed before the memory of the datagrams is used again.</summary>
    public void Flush() => clients.Unsent.Flush(
        clients.Number, counters, ForwarderCounter.SendBlocked, ForwarderCounter.SendUnreachable, ForwarderCounter.SendRefused);
}
