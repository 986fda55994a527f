using System.Buffers.Binary;
using Parley.Rtc.Sctp.Transmission;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Association;

/// <summary>Asks an idle peer whether it is there, and measures the round trip on the way. (RFC 9260 §8.3)</summary>
internal sealed class Heartbeat(AssociationState state, RetransmissionTimeout rto)
{
    private const int InfoLength = 16;
    private const int ValueLength = Chunk.HeaderLength + InfoLength;

    private Instant _sentAt;
    private ulong _nonce;
    private bool _isAwaited;

    /// <summary>A HEARTBEAT is to be sent.</summary>
    public bool IsDue { get; private set; }

    public void Begin(Instant now) => Schedule(now);

    /// <summary>The interval is over: asks, unless data said lately that the peer is there.</summary>
    public void HandleInterval(Instant lastDataSentAt, Instant now)
    {
        if (lastDataSentAt > now - state.Config.HeartbeatInterval) Schedule(lastDataSentAt);
        else IsDue = true;
    }

    /// <summary>No answer in time: asks again at once, so that a dead peer is noticed in seconds and not in intervals.</summary>
    public void HandleUnanswered()
    {
        rto.BackOff();
        IsDue = true;
    }

    public void Write(ref PacketWriter writer, Instant now)
    {
        if (!writer.TryAdd(ChunkType.Heartbeat, 0, ValueLength, out var value)) return;
        IsDue = false;
        _isAwaited = true;
        _sentAt = now;
        _nonce = state.Random.NextUInt64();
        BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)ParameterType.HeartbeatInfo);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], ValueLength);
        BinaryPrimitives.WriteUInt64BigEndian(value[4..], _nonce);
        BinaryPrimitives.WriteInt64BigEndian(value[12..], now.Ticks);
        state.Timers.Set(SctpTimer.HeartbeatAnswer, now + rto.Current);
    }

    /// <summary>True when it answers the last HEARTBEAT.</summary>
    public bool TryHandleAck(ReadOnlySpan<byte> value, Instant now)
    {
        if (!_isAwaited || value.Length != ValueLength
            || BinaryPrimitives.ReadUInt64BigEndian(value[4..]) != _nonce
            || BinaryPrimitives.ReadInt64BigEndian(value[12..]) != _sentAt.Ticks)
        {
            state.Counters.Increment(SctpCounter.HeartbeatUnmatched);
            return false;
        }
        _isAwaited = false;
        IsDue = false;
        rto.Measure(now - _sentAt);
        state.Timers.Stop(SctpTimer.HeartbeatAnswer);
        Schedule(now);
        return true;
    }

    /// <summary>The interval, and up to half an RTO of jitter.</summary>
    private void Schedule(Instant from)
    {
        var jitter = rto.Current * (state.Random.NextUInt32() / (2.0 * uint.MaxValue));
        state.Timers.Set(SctpTimer.Heartbeat, from + state.Config.HeartbeatInterval + rto.Current + jitter);
    }
}
