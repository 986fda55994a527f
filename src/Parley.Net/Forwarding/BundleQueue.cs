using System.Runtime.InteropServices;
using Parley.Net.Inner;
using Parley.Net.Sockets;

namespace Parley.Net.Forwarding;

/// <summary>
/// Packets on their way to transceivers: one datagram fills for each, and all go out at <see cref="Flush"/>, at the end of a round. So what one tick
/// brings for a transceiver travels together, and what comes alone goes at once. Buffers are allocated once.
/// </summary>
internal sealed unsafe class BundleQueue : IDisposable
{
    /// <summary>Bytes of UDP payload.</summary>
    public const int MinDatagramLength = 256;

    public const int MaxDatagramLength = SlotSize - 64;

    private const int SlotSize = 9216;
    private const int Slots = 256;

    private readonly BatchSocket _socket;
    private readonly NodeTable _nodes;
    private readonly InnerAuthenticator? _authenticator;
    private readonly CounterTable<ForwarderCounter> _counters;
    private readonly ushort _ingress;
    private readonly int _maxLength;
    private readonly bool _bundles;
    private readonly byte* _slots = (byte*)NativeMemory.AlignedAlloc(Slots * SlotSize, 64);

    /// <summary>Slots that nothing is in.</summary>
    private readonly int[] _free = [.. Enumerable.Range(0, Slots)];
    private int _freeCount = Slots;

    /// <summary>Slots of the batch that is about to be sent.</summary>
    private readonly int[] _closed = new int[Slots];
    private int _closedCount;

    /// <summary>Nodes that a datagram fills for.</summary>
    private readonly int[] _open = new int[Slots];
    private int _openCount;

    private readonly InnerWriter[] _writers = new InnerWriter[Slots];

    public BundleQueue(
        BatchSocket socket, NodeTable nodes, ForwarderConfig config, InnerAuthenticator? authenticator, CounterTable<ForwarderCounter> counters)
    {
        _socket = socket;
        _nodes = nodes;
        _authenticator = authenticator;
        _counters = counters;
        _ingress = config.Ingress;
        _maxLength = config.MaxInnerLength;
        _bundles = config.BundlesPackets;
        _socket.Unsent.UsesSegments = config.UsesSegments;
    }

    /// <summary>Copies the packet into the transceiver's datagram.</summary>
    public void Add(int node, in TransportAddress client, ReadOnlySpan<byte> packet)
    {
        _counters.Increment(ForwarderCounter.PacketsToTransceivers);
        var slot = Open(node);
        if (!_writers[slot].TryAdd(Buffer(slot, _maxLength), client, packet))
        {
            if (_writers[slot].Count > 0)
            {
                Close(node, isFull: true);
                slot = Open(node);
            }
            if (!_writers[slot].TryAdd(Buffer(slot, _maxLength), client, packet))
            {
                SendOversized(node, client, packet);
                return;
            }
        }
        if (!_bundles) Close(node, isFull: false);
    }

    /// <summary>Asks the transceiver which clients it has by way of this relay. (<see cref="InnerLayout"/>)</summary>
    public void AskForFlows(in TransportAddress transceiver)
    {
        var batch = _socket.Unsent;
        if (batch.IsFull || _freeCount == 0) Flush();
        var slot = _free[--_freeCount];
        var question = Buffer(slot, SlotSize);
        var length = InnerWriter.BeginFlows(question, InnerDirection.ToTransceiver, _ingress, _authenticator).Finish(question);
        if (batch.Add(transceiver, _slots + (slot * SlotSize), length) < 0)
        {
            _counters.Increment(ForwarderCounter.SendUnreachable);
            _free[_freeCount++] = slot;
            return;
        }
        _counters.Increment(ForwarderCounter.FlowQuestions);
        _closed[_closedCount++] = slot;
    }

    /// <summary>Sends what there is.</summary>
    public void Flush()
    {
        while (_openCount > 0) Close(_open[_openCount - 1], isFull: false);
        Send();
    }

    public void Dispose() => NativeMemory.AlignedFree(_slots);

    private void SendOversized(int node, in TransportAddress client, ReadOnlySpan<byte> packet)
    {
        _counters.Increment(ForwarderCounter.Oversized);
        var slot = Open(node);
        // The system takes apart what the path does not hold: that is its default for UDP.
        _writers[slot].TryAdd(Buffer(slot, SlotSize), client, packet);
        Close(node, isFull: false);
    }

    private int Open(int node)
    {
        ref var entry = ref _nodes[node];
        if (entry.Bundle != NodeTable.Node.NoBundle) return entry.Bundle;
        if (_freeCount == 0) Flush();
        var slot = _free[--_freeCount];
        _writers[slot] = InnerWriter.Begin(Buffer(slot, SlotSize), InnerDirection.ToTransceiver, _ingress, _authenticator);
        entry.Bundle = slot;
        _open[_openCount++] = node;
        return slot;
    }

    /// <param name="isFull">
    /// More follows for this transceiver: made as long as the next, so that the two can share a message. (The last one of a message may be shorter.)
    /// </param>
    private void Close(int node, bool isFull)
    {
        ref var entry = ref _nodes[node];
        var slot = entry.Bundle;
        var batch = _socket.Unsent;
        var length = isFull && batch.UsesSegments
            ? _writers[slot].FinishPadded(Buffer(slot, _maxLength))
            : _writers[slot].Finish(Buffer(slot, SlotSize));
        entry.Bundle = NodeTable.Node.NoBundle;
        RemoveOpen(node);
        _counters.Increment(ForwarderCounter.DatagramsToTransceivers);
        var bytes = _slots + (slot * SlotSize);
        if (entry.MessageBatch != batch.Number || !batch.TryExtend(entry.Message, entry.Address, bytes, length))
        {
            if (batch.IsFull) Send();
            entry.Message = batch.Add(entry.Address, bytes, length);
            entry.MessageBatch = batch.Number;
            if (entry.Message < 0)
            {
                _counters.Increment(ForwarderCounter.SendUnreachable);
                _free[_freeCount++] = slot;
                return;
            }
        }
        _closed[_closedCount++] = slot;
    }

    private void RemoveOpen(int node)
    {
        // Few are open at a time, and the one that is closed is most often the last.
        var index = _openCount - 1;
        while (_open[index] != node) index--;
        _open[index] = _open[--_openCount];
    }

    private void Send()
    {
        _socket.Unsent.Flush(
            _socket.Number, _counters, ForwarderCounter.SendBlocked, ForwarderCounter.SendUnreachable, ForwarderCounter.SendRefused);
        for (; _closedCount > 0; _closedCount--) _free[_freeCount++] = _closed[_closedCount - 1];
    }

    private Span<byte> Buffer(int slot, int length) => new(_slots + (slot * SlotSize), length);
}
