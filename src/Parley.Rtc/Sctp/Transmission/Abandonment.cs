using System.Buffers.Binary;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Transmission;

/// <summary>
/// Messages that are given up, and how the peer learns to skip them. (RFC 3758) A message is given up as a whole; its chunks have their
/// TSNs already, sent or not, and stay in the queue until FORWARD TSN is acknowledged.
/// </summary>
internal sealed class Abandonment(OutboundQueue queue)
{
    private const int EntryLength = 4;

    /// <summary>Streams named in one FORWARD TSN; what is beyond goes with the next.</summary>
    private const int MaxStreams = 64;

    private int _count;
    private Tsn _announced = queue.First.Previous;

    /// <summary>FORWARD TSN is to be sent.</summary>
    public bool IsDue { get; private set; }

    /// <summary>Counts chunks that were given up.</summary>
    public void Add(int chunks) => _count += chunks;

    /// <summary>A chunk that was given up left the queue.</summary>
    public void Remove() => _count--;

    /// <summary>After a change at the front of the queue: asks for FORWARD TSN when there is more to skip than the peer was told. (§3.5 C1–C3)</summary>
    public void Advance()
    {
        if (_count > 0 && FindEnd() is var end and > 0 && queue.First + (end - 1) > _announced) IsDue = true;
    }

    /// <summary>Nothing was heard: says it again. (§3.5 C5)</summary>
    public void HandleTimeout()
    {
        if (_count > 0 && FindEnd() > 0) IsDue = true;
    }

    public void Write(ref PacketWriter writer)
    {
        Span<(ushort StreamId, ushort Ssn)> streams = stackalloc (ushort, ushort)[MaxStreams];
        var end = FindEnd();
        var streamCount = 0;
        Span<byte> value = default;
        for (var i = 0; i < end; i++)
        {
            ref readonly var chunk = ref queue[i];
            if (chunk.State != OutboundChunkState.Abandoned || (chunk.Flags & DataFlags.Unordered) != 0) continue;
            if (TryNote(streams, ref streamCount, chunk)) continue;
            end = i;
            break;
        }
        IsDue = end > 0 && !writer.TryAdd(ChunkType.ForwardTsn, 0, sizeof(uint) + streamCount * EntryLength, out value);
        if (end == 0 || IsDue) return;
        _announced = queue.First + (end - 1);
        BinaryPrimitives.WriteUInt32BigEndian(value, _announced.Value);
        value = value[sizeof(uint)..];
        foreach (var (streamId, ssn) in streams[..streamCount])
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, streamId);
            BinaryPrimitives.WriteUInt16BigEndian(value[2..], ssn);
            value = value[EntryLength..];
        }
    }

    /// <summary>How many chunks at the front the peer need not wait for: up to the last abandoned one before the first that it needs.</summary>
    private int FindEnd()
    {
        var end = 0;
        for (var i = 0; i < queue.SentCount; i++)
        {
            var state = queue[i].State;
            if (state == OutboundChunkState.Abandoned) end = i + 1;
            else if (state != OutboundChunkState.GapAcked) break;
        }
        return end;
    }

    /// <summary>The highest sequence number of each stream: they ascend along the queue.</summary>
    private static bool TryNote(Span<(ushort StreamId, ushort Ssn)> streams, ref int count, in OutboundChunk chunk)
    {
        for (var i = 0; i < count; i++)
        {
            if (streams[i].StreamId != chunk.StreamId) continue;
            streams[i].Ssn = chunk.Ssn;
            return true;
        }
        if (count == streams.Length) return false;
        streams[count++] = (chunk.StreamId, chunk.Ssn);
        return true;
    }
}
