using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Receive;

/// <summary>
/// Puts complete messages into the order of their streams: an ordered message waits until all before it on its stream are
/// there. (RFC 9260 §6.6) State is made for the streams that are used.
/// </summary>
internal sealed class InboundStreams(int streamCount, BlockArena arena, Action<CompleteMessage> deliver)
{
    private readonly List<HeldMessage> _held = [];
    private InboundStream[] _streams = [];
    private int _freeHeld = -1;

    public bool Exists(ushort streamId) => streamId < streamCount;

    /// <summary>False when the sequence number is one that was delivered or is waiting already: no stack may send that.</summary>
    public bool TryAccept(in CompleteMessage message)
    {
        if (message.IsUnordered)
        {
            deliver(message);
            return true;
        }
        ref var stream = ref StreamOf(message.StreamId);
        var distance = (short)(message.Ssn - stream.NextSsn);
        if (distance < 0) return false;
        if (distance > 0) return TryHold(ref stream, message);
        stream.NextSsn++;
        deliver(message);
        DeliverHeld(ref stream);
        return true;
    }

    /// <summary>Goes on after <paramref name="ssn"/>: what is missing up to it was given up. (RFC 3758 §3.6)</summary>
    public void SkipThrough(ushort streamId, ushort ssn)
    {
        ref var stream = ref StreamOf(streamId);
        if ((short)(ssn - stream.NextSsn) < 0) return;
        while (stream.HasHeld && (short)(_held[stream.HeldHead].Message.Ssn - ssn) <= 0) deliver(TakeHeld(ref stream));
        stream.NextSsn = (ushort)(ssn + 1);
        DeliverHeld(ref stream);
    }

    /// <summary>Sequence numbers begin anew. (RFC 6525 §5.2.2)</summary>
    public void Reset(ushort streamId)
    {
        if (streamId >= _streams.Length) return;
        ref var stream = ref _streams[streamId];
        while (stream.HasHeld) arena.Free(TakeHeld(ref stream).Payload);
        stream.NextSsn = 0;
    }

    private void DeliverHeld(ref InboundStream stream)
    {
        while (stream.HasHeld && _held[stream.HeldHead].Message.Ssn == stream.NextSsn)
        {
            stream.NextSsn++;
            deliver(TakeHeld(ref stream));
        }
    }

    /// <summary>Inserts by sequence number. Messages mostly come in order, so the last place is tried first.</summary>
    private bool TryHold(ref InboundStream stream, in CompleteMessage message)
    {
        var after = -1;
        if (stream.HasHeld)
        {
            if ((short)(message.Ssn - _held[stream.HeldTail].Message.Ssn) > 0) after = stream.HeldTail;
            else
            {
                for (var i = stream.HeldHead; (short)(_held[i].Message.Ssn - message.Ssn) < 0; i = _held[i].Next) after = i;
                var next = after < 0 ? stream.HeldHead : _held[after].Next;
                if (_held[next].Message.Ssn == message.Ssn) return false;
            }
        }
        var node = NewNode(message, after < 0 ? stream.HasHeld ? stream.HeldHead : -1 : _held[after].Next);
        if (after >= 0) _held[after] = _held[after] with { Next = node };
        else stream.HeldHead = node;
        if (_held[node].Next < 0) stream.HeldTail = node;
        stream.HasHeld = true;
        return true;
    }

    private CompleteMessage TakeHeld(ref InboundStream stream)
    {
        var index = stream.HeldHead;
        var held = _held[index];
        stream.HeldHead = held.Next;
        stream.HasHeld = held.Next >= 0;
        _held[index] = new HeldMessage(default, _freeHeld);
        _freeHeld = index;
        return held.Message;
    }

    private int NewNode(in CompleteMessage message, int next)
    {
        if (_freeHeld < 0)
        {
            _held.Add(new HeldMessage(message, next));
            return _held.Count - 1;
        }
        var index = _freeHeld;
        _freeHeld = _held[index].Next;
        _held[index] = new HeldMessage(message, next);
        return index;
    }

    private ref InboundStream StreamOf(ushort streamId)
    {
        if (streamId >= _streams.Length)
            Array.Resize(ref _streams, Math.Min(streamCount, Math.Max(streamId + 1, Math.Max(4, _streams.Length * 2))));
        return ref _streams[streamId];
    }

    private readonly record struct HeldMessage(CompleteMessage Message, int Next);

    private struct InboundStream
    {
        public ushort NextSsn;
        public bool HasHeld;
        public int HeldHead;
        public int HeldTail;
    }
}
