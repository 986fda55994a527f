using System.Buffers.Binary;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Association;

/// <summary>Short packets that answer the peer, ready to go. Bounded: what does not fit is dropped, and the peer asks again.</summary>
internal sealed class ControlOutbox(AssociationState state)
{
    private const int Capacity = 4;

    /// <summary>Of a peer's bytes that an ERROR gives back.</summary>
    private const int MaxQuoted = 256;

    private readonly DatagramQueue _queue = new(Capacity, state.Config.MaxPacketSize);

    public bool IsEmpty => _queue.IsEmpty;

    public bool TryDequeue(Span<byte> buffer, out int length)
    {
        var any = _queue.TryDequeue(buffer, out var transmit);
        length = transmit.Length;
        return any;
    }

    public bool TryBegin(uint verificationTag, out PacketWriter writer)
    {
        var slot = _queue.Reserve();
        if (slot.IsEmpty)
        {
            state.Counters.Increment(SctpCounter.ReplyDropped);
            writer = default;
            return false;
        }
        writer = new PacketWriter(slot, state.Config.LocalPort, state.RemotePort, verificationTag);
        return true;
    }

    public bool TryBegin(out PacketWriter writer) => TryBegin(state.Peer.InitiateTag, out writer);

    public void Commit(in PacketWriter writer) => _queue.Commit(writer.Finish(), default);

    /// <summary>Sends one chunk with a copied value; one that does not fit a packet is dropped.</summary>
    public void Send(ChunkType type, ReadOnlySpan<byte> value, byte flags = 0)
    {
        if (!TryBegin(out var writer)) return;
        if (writer.TryAdd(type, flags, value.Length, out var copy))
        {
            value.CopyTo(copy);
            Commit(writer);
        }
        else state.Counters.Increment(SctpCounter.ReplyDropped);
    }

    /// <summary>Sends an ERROR with one cause. (RFC 9260 §3.3.10)</summary>
    public void SendError(ErrorCause cause, ReadOnlySpan<byte> information)
    {
        if (!TryBegin(out var writer)) return;
        AddCause(ref writer, ChunkType.Error, cause, information);
        Commit(writer);
    }

    /// <summary>Sends an ABORT in place of all that waits. (RFC 9260 §3.3.7)</summary>
    public void SendAbort(uint verificationTag, ErrorCause cause)
    {
        _queue.Clear();
        if (!TryBegin(verificationTag, out var writer)) return;
        AddCause(ref writer, ChunkType.Abort, cause, default);
        Commit(writer);
    }

    public static void AddCause(ref PacketWriter writer, ChunkType type, ErrorCause cause, scoped ReadOnlySpan<byte> information)
    {
        information = information[..Math.Min(information.Length, MaxQuoted)];
        if (!writer.TryAdd(type, 0, Chunk.HeaderLength + information.Length, out var value)) return;
        BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)cause);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)value.Length);
        information.CopyTo(value[Chunk.HeaderLength..]);
    }
}
