using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parley.Net.Inner;
using Parley.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Net.Forwarding;

/// <summary>
/// Datagrams of transceivers to their clients. Packets for UDP are sent from where they lie, so the batch must go out before the datagram's
/// memory is used again. It is what confirms flows, and what teaches them after a restart.
/// </summary>
internal sealed unsafe class DownlinkPath(
    FlowTable flows, NodeTable nodes, BatchSocket clients, IFirstPackets firstPackets, InnerAuthenticator? authenticator, CounterTable<ForwarderCounter> counters)
{
    private const int MaxStaged = 128;

    private readonly StagedPacket[] _staged = new StagedPacket[MaxStaged];
    private int _stagedCount;

    /// <summary>TCP clients; null: none.</summary>
    public TcpPort? Tcp { get; set; }

    public CounterTable<InnerStatus> InnerCounters { get; } = new();

    /// <summary>Takes the first <paramref name="count"/> datagrams of what was received; how many packets were in them.</summary>
    public int Handle(ReceiveBatch received, int count, Instant now)
    {
        var packets = 0;
        for (var i = 0; i < count; i++)
        {
            try
            {
                packets += Open(received[i], received.SourceOf(i), now);
            }
            catch (Exception)
            {
                // A fault in deciding about one sender must not end the calls of all others.
                counters.Increment(ForwarderCounter.Faults);
            }
        }
        HandleStaged(now);
        // What is to be sent lies in the memory that the next batch is received into.
        Flush();
        return packets;
    }

    private int Open(Span<byte> datagram, in TransportAddress source, Instant now)
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
            for (; reader.TryRead(out var client, out var packet); count++)
            {
                if (reader.IsAboutFlows) Recall(client, source, now);
                else Stage(client, packet, source, now);
            }
            status = reader.Status;
        }
        InnerCounters.Increment(status);
        return count;
    }

    /// <summary>Packets wait until their flows have had time to arrive in the processor's cache. (<see cref="FlowIndex.Prefetch"/>)</summary>
    private void Stage(in TransportAddress client, Span<byte> packet, in TransportAddress source, Instant now)
    {
        if (_stagedCount == MaxStaged) HandleStaged(now);
        var hash = flows.HashOf(client);
        flows.Prefetch(hash);
        // Native memory: it does not move.
        _staged[_stagedCount++] = new StagedPacket(client, source, hash, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(packet)), packet.Length);
    }

    private void HandleStaged(Instant now)
    {
        var staged = _staged.AsSpan(0, _stagedCount);
        foreach (ref var packet in staged) flows.PrefetchFlow(packet.Hash);
        foreach (ref var packet in staged) Handle(packet, now);
        _stagedCount = 0;
    }

    private void Handle(in StagedPacket staged, Instant now)
    {
        counters.Increment(ForwarderCounter.PacketsFromTransceivers);
        var client = staged.Client;
        var packet = new ReadOnlySpan<byte>(staged.Bytes, staged.Length);
        if (packet.Length > Shard.MaxDatagramSize)
        {
            counters.Increment(ForwarderCounter.BadLength);
            return;
        }
        var place = flows.Find(client, staged.Hash);
        if (place == Flow.None) Relearn(client, staged.Source, now);
        else if (!Admit(place, packet, staged.Source, now)) return;
        counters.Increment(ForwarderCounter.PacketsToClients);
        counters.Add(ForwarderCounter.BytesToClients, packet.Length);
        if (client.Protocol == TransportProtocol.Tcp) Tcp?.Send(packet, client);
        else Send(staged);
    }

    /// <summary>The transceiver was asked, and names the client as its own.</summary>
    private void Recall(in TransportAddress client, in TransportAddress source, Instant now)
    {
        if (flows.Find(client) == Flow.None && TryAdopt(client, source, now)) counters.Increment(ForwarderCounter.FlowsRecalled);
    }

    /// <summary>
    /// No flow: this relay was started again, or the client's packets come through another one now and will again. The transceiver knows the client, or it
    /// would not send. Where there is no room for a flow the packet goes nevertheless.
    /// </summary>
    private void Relearn(in TransportAddress client, in TransportAddress source, Instant now)
    {
        if (TryAdopt(client, source, now)) counters.Increment(ForwarderCounter.FlowsRelearned);
    }

    private bool TryAdopt(in TransportAddress client, in TransportAddress source, Instant now)
    {
        // A connection that is gone does not come back by itself.
        if (client.Protocol == TransportProtocol.Tcp || !nodes.TryEnter(source, out var node)) return false;
        var place = flows.Add(client, node, now);
        if (place == Flow.None) return false;
        flows.Confirm(place, FlowState.Verified);
        return true;
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

    private void Send(in StagedPacket packet)
    {
        var batch = clients.Unsent;
        if (batch.Count > 0 && batch.TryExtend(batch.Count - 1, packet.Client, packet.Bytes, packet.Length)) return;
        if (batch.IsFull) Flush();
        if (batch.Add(packet.Client, packet.Bytes, packet.Length) < 0) counters.Increment(ForwarderCounter.SendUnreachable);
    }

    private void Flush() => clients.Unsent.Flush(
        clients.Number, counters, ForwarderCounter.SendBlocked, ForwarderCounter.SendUnreachable, ForwarderCounter.SendRefused);

    private readonly struct StagedPacket(in TransportAddress client, in TransportAddress source, ulong hash, byte* bytes, int length)
    {
        public TransportAddress Client { get; } = client;

        /// <summary>The transceiver that sent it.</summary>
        public TransportAddress Source { get; } = source;

        public ulong Hash { get; } = hash;

        public byte* Bytes { get; } = bytes;

        public int Length { get; } = length;
    }
}
