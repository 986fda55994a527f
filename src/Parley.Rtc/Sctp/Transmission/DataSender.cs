using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Transmission;

/// <summary>
/// The sending direction: what is queued and in flight, and when chunks go out, for the first time or again. (RFC 9260 §6.1, §6.3, §7)
/// This part queues and writes; what acknowledgements and silence mean is in the other.
/// </summary>
internal sealed partial class DataSender
{
    /// <summary>Packets with new data per acknowledgement or call. (RFC 9260 §6.1 D, Max.Burst)</summary>
    private const int MaxBurst = 4;

    private readonly SctpConfig _config;
    private readonly CounterTable<SctpCounter> _counters;
    private readonly TimerTable<SctpTimer> _timers;
    private readonly OutboundQueue _queue;
    private readonly CongestionWindow _congestion;
    private readonly Abandonment _abandoned;
    private readonly OutboundStreams _streams;
    private readonly int _maxFragment;

    private int _inFlightWire;
    private int _inFlightPayload;
    private int _lostCount;
    private int _burst = MaxBurst;
    private uint _peerWindow;
    private bool _mayIgnoreCongestion;
    private bool _wasBlocked;
    private Tsn _nextMeasured;
    private Instant _lastSentAt;

    public DataSender(
        SctpConfig config, Tsn initialTsn, RetransmissionTimeout rto, CounterTable<SctpCounter> counters, TimerTable<SctpTimer> timers)
    {
        _config = config;
        _counters = counters;
        _timers = timers;
        Rto = rto;
        _queue = new OutboundQueue(config.SendBufferSize, initialTsn);
        _congestion = new CongestionWindow(config.MaxPacketSize);
        _abandoned = new Abandonment(_queue);
        _streams = new OutboundStreams(config.StreamCount);
        _nextMeasured = initialTsn;
        _maxFragment = (config.MaxPacketSize - PacketWriter.HeaderLength - Chunk.HeaderLength - DataHeader.Length) & ~3;
    }

    public RetransmissionTimeout Rto { get; }

    /// <summary>Bytes given and not acknowledged.</summary>
    public int BufferedBytes => _queue.Bytes;

    /// <summary>The same, by stream.</summary>
    public OutboundStreams Streams => _streams;

    public int CongestionWindowSize => _congestion.Size;

    /// <summary>Nothing is waiting or outstanding.</summary>
    public bool IsEmpty => _queue.IsEmpty;

    public bool HasOutstanding => _queue.SentCount > 0;

    public Tsn CumulativeAcked => _queue.First.Previous;

    public Tsn LastAssigned => _queue.LastAssigned;

    /// <summary>Of the last sending of data.</summary>
    public Instant LastSentAt => _lastSentAt;

    /// <summary>The peer knows FORWARD TSN. Otherwise everything is reliable. (RFC 3758 §3.3.1)</summary>
    public bool MayAbandon { get; set; }

    /// <summary>Something may be written now.</summary>
    public bool IsReady =>
        _abandoned.IsDue
        || (_lostCount > 0
            ? _inFlightWire < _congestion.Size || _mayIgnoreCongestion
            : _queue.HasWaiting && _burst > 0 && _inFlightWire < _congestion.Size
                && (_inFlightPayload == 0 || _queue[_queue.SentCount].Length <= _peerWindow));

    /// <param name="window">Bytes that the peer said it can take, what is in flight included.</param>
    public void SetPeerWindow(uint window) => _peerWindow = window > (uint)_inFlightPayload ? window - (uint)_inFlightPayload : 0;

    public bool TryAdd(ushort streamId, uint payloadProtocol, in DeliveryOptions delivery, ReadOnlySpan<byte> message, Instant now)
    {
        ref var stream = ref _streams[streamId];
        var pattern = new OutboundChunk
        {
            PayloadProtocol = payloadProtocol,
            StreamId = streamId,
            Ssn = stream.NextSsn,
            Flags = delivery.IsUnordered ? DataFlags.Unordered : DataFlags.None,
            MaxRetransmissions = delivery.MaxRetransmits ?? uint.MaxValue,
            ExpiresAt = delivery.MaxLifetime is { } lifetime ? now + lifetime : Instant.Never,
        };
        if (!_queue.TryAdd(pattern, message, _maxFragment))
        {
            _wasBlocked = true;
            return false;
        }
        if (!delivery.IsUnordered) stream.NextSsn++;
        stream.BufferedBytes += message.Length;
        if (_inFlightPayload == 0 && now - _lastSentAt > Rto.Current) _congestion.HandleIdle();
        _burst = MaxBurst;
        return true;
    }

    /// <summary>True once after a refused message, when half of the buffer is free again.</summary>
    public bool TryTakeWritable()
    {
        if (!_wasBlocked || _queue.Bytes > _config.SendBufferSize / 2 || _queue.Count > OutboundQueue.MaxChunks / 2) return false;
        _wasBlocked = false;
        return true;
    }

    /// <summary>Sequence numbers of the stream begin anew. (RFC 6525 §5.2.7)</summary>
    public void ResetStream(ushort streamId) => _streams[streamId].NextSsn = 0;

    /// <summary>Adds FORWARD TSN and the DATA chunks that may be sent now, as many as fit; false when there are none.</summary>
    /// <param name="writer">Of the packet.</param>
    /// <param name="now">The time of sending.</param>
    /// <param name="armTimer">Whether the timers start; not while a COOKIE ECHO is repeated by its own timer.</param>
    public bool TryWrite(ref PacketWriter writer, Instant now, bool armTimer = true)
    {
        if (!IsReady) return false;
        var before = writer.Length;
        GiveUpSpent(now);
        if (_abandoned.IsDue && armTimer) _abandoned.Write(ref writer);
        WriteLost(ref writer, now);
        if (_lostCount == 0) WriteNew(ref writer, now);
        if (writer.Length == before) return false;
        _mayIgnoreCongestion = false;
        _lastSentAt = now;
        if (armTimer) ArmTimer(now);
        return true;
    }

    private void WriteLost(ref PacketWriter writer, Instant now)
    {
        // Only the first packet of a fast retransmission goes out against the window. (RFC 9260 §7.2.4 3)
        for (var i = 0; i < _queue.SentCount && _lostCount > 0; i++)
        {
            ref var chunk = ref _queue[i];
            if (chunk.State != OutboundChunkState.Lost) continue;
            if (!TryWriteChunk(ref writer, ref chunk, _queue.First + i, isUrgent: true)) return;
            _lostCount--;
            if (chunk.Retransmissions < ushort.MaxValue) chunk.Retransmissions++;
            // §6.3.2 R1 and §7.2.4 4: the timer runs from the sending of the earliest outstanding chunk.
            if (i == 0) _timers.Stop(SctpTimer.Retransmit);
            Launch(ref chunk, now);
        }
    }

    private void WriteNew(ref PacketWriter writer, Instant now)
    {
        var wrote = false;
        while (_queue.HasWaiting && _inFlightWire < _congestion.Size)
        {
            ref var chunk = ref _queue[_queue.SentCount];
            // One chunk may probe a closed window, when nothing else would bring an answer. (§6.1 A)
            if (chunk.Length > _peerWindow && _inFlightPayload > 0) break;
            // The last one asks for its acknowledgement at once: nothing follows that would bring it. (RFC 7053 §4)
            var isLast = _queue.SentCount + 1 == _queue.Count;
            if (!TryWriteChunk(ref writer, ref chunk, _queue.First + _queue.SentCount, isLast)) break;
            _queue.MarkNextSent();
            _peerWindow -= Math.Min(_peerWindow, chunk.Length);
            Launch(ref chunk, now);
            GiveUpSpentWaiting(now);
            wrote = true;
        }
        if (wrote) _burst--;
    }

    private bool TryWriteChunk(ref PacketWriter writer, ref OutboundChunk chunk, Tsn tsn, bool isUrgent)
    {
        var flags = isUrgent ? chunk.Flags | DataFlags.Immediate : chunk.Flags;
        if (!writer.TryAdd(ChunkType.Data, (byte)flags, DataHeader.Length + chunk.Length, out var value)) return false;
        new DataHeader(tsn, chunk.StreamId, chunk.Ssn, chunk.PayloadProtocol, flags).Write(value);
        _queue.CopyPayload(chunk, value[DataHeader.Length..]);
        return true;
    }

    private void Launch(ref OutboundChunk chunk, Instant now)
    {
        chunk.State = OutboundChunkState.InFlight;
        chunk.SentAt = now;
        _inFlightWire += chunk.WireSize;
        _inFlightPayload += chunk.Length;
    }

    private void Land(in OutboundChunk chunk)
    {
        _inFlightWire -= chunk.WireSize;
        _inFlightPayload -= chunk.Length;
    }

    /// <summary>Gives up the messages that may not be repeated, or sent, any more. (RFC 3758 §3.5)</summary>
    private void GiveUpSpent(Instant now)
    {
        if (!MayAbandon) return;
        for (int i = 0, left = _lostCount; i < _queue.SentCount && left > 0; i++)
        {
            ref var chunk = ref _queue[i];
            if (chunk.State != OutboundChunkState.Lost) continue;
            left--;
            if (chunk.IsSpent(now)) GiveUp(i);
        }
        GiveUpSpentWaiting(now);
        _abandoned.Advance();
    }

    private void GiveUpSpentWaiting(Instant now)
    {
        while (MayAbandon && _queue.HasWaiting && _queue[_queue.SentCount].IsSpent(now)) GiveUp(_queue.SentCount);
    }

    /// <summary>Gives up the whole message that a chunk is of. Its parts lie beside each other.</summary>
    private void GiveUp(int index)
    {
        var begin = index;
        while (begin > 0 && (_queue[begin].Flags & DataFlags.Begin) == 0) begin--;
        var count = 0;
        for (var i = begin; i < _queue.Count; i++)
        {
            ref var chunk = ref _queue[i];
            if (chunk.State == OutboundChunkState.InFlight) Land(chunk);
            else if (chunk.State == OutboundChunkState.Lost) _lostCount--;
            if (chunk.State != OutboundChunkState.Abandoned) count++;
            chunk.State = OutboundChunkState.Abandoned;
            if ((chunk.Flags & DataFlags.End) != 0) break;
        }
        _abandoned.Add(count);
        _counters.Increment(SctpCounter.MessageAbandoned);
        // What was never sent counts as sent, so that it can be skipped.
        while (_queue.HasWaiting && _queue[_queue.SentCount].State == OutboundChunkState.Abandoned) _queue.MarkNextSent();
        _abandoned.Advance();
    }
}
