using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Transmission;

/// <summary>
/// The sending direction: what is queued and in flight, and when chunks go out, for the first time or again.
/// (RFC 9260 §6.1, §6.3, §7)
/// </summary>
internal sealed class DataSender
{
    /// <summary>Packets with new data per acknowledgement or call. (RFC 9260 §6.1 D, Max.Burst)</summary>
    private const int MaxBurst = 4;

    private readonly SctpConfig _config;
    private readonly CounterTable<SctpCounter> _counters;
    private readonly TimerTable<SctpTimer> _timers;
    private readonly OutboundQueue _queue;
    private readonly CongestionWindow _congestion;
    private readonly int _maxFragment;

    private ushort[] _nextSsn = [];
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
        _nextMeasured = initialTsn;
        _maxFragment = (config.MaxPacketSize - PacketWriter.HeaderLength - Chunk.HeaderLength - DataHeader.Length) & ~3;
    }

    public RetransmissionTimeout Rto { get; }

    /// <summary>Bytes given and not acknowledged.</summary>
    public int BufferedBytes => _queue.Bytes;

    public int CongestionWindowSize => _congestion.Size;

    /// <summary>Nothing is waiting or outstanding.</summary>
    public bool IsEmpty => _queue.IsEmpty;

    public bool HasOutstanding => _queue.SentCount > 0;

    public Tsn CumulativeAcked => _queue.First.Previous;

    public Tsn LastAssigned => _queue.LastAssigned;

    /// <summary>Of the last sending of data.</summary>
    public Instant LastSentAt => _lastSentAt;

    /// <summary>Something may be written now.</summary>
    public bool IsReady =>
        _lostCount > 0
            ? _inFlightWire < _congestion.Size || _mayIgnoreCongestion
            : _queue.HasWaiting && _burst > 0 && _inFlightWire < _congestion.Size
                && (_inFlightPayload == 0 || _queue[_queue.SentCount].Length <= _peerWindow);

    /// <param name="window">Bytes that the peer said it can take, what is in flight included.</param>
    public void SetPeerWindow(uint window) => _peerWindow = window > (uint)_inFlightPayload ? window - (uint)_inFlightPayload : 0;

    public bool TryAdd(ushort streamId, uint payloadProtocol, bool isUnordered, ReadOnlySpan<byte> message, Instant now)
    {
        if (streamId >= _nextSsn.Length)
            Array.Resize(ref _nextSsn, Math.Min(_config.StreamCount, Math.Max(streamId + 1, Math.Max(4, _nextSsn.Length * 2))));
        if (!_queue.TryAdd(streamId, _nextSsn[streamId], payloadProtocol, isUnordered, message, _maxFragment))
        {
            _wasBlocked = true;
            return false;
        }
        if (!isUnordered) _nextSsn[streamId]++;
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
    public void ResetStream(ushort streamId)
    {
        if (streamId < _nextSsn.Length) _nextSsn[streamId] = 0;
    }

    /// <summary>Adds the DATA chunks that may be sent now, as many as fit; false when there are none.</summary>
    /// <param name="writer">Of the packet.</param>
    /// <param name="now">The time of sending.</param>
    /// <param name="armTimer">Whether T3-rtx starts; not while a COOKIE ECHO is repeated by its own timer.</param>
    public bool TryWrite(ref PacketWriter writer, Instant now, bool armTimer = true)
    {
        if (!IsReady) return false;
        var before = writer.Length;
        WriteLost(ref writer, now);
        if (_lostCount == 0) WriteNew(ref writer, now);
        if (writer.Length == before) return false;
        _mayIgnoreCongestion = false;
        _lastSentAt = now;
        if (armTimer) ArmTimer(now);
        return true;
    }

    /// <summary>Starts T3-rtx when something is outstanding and it is not running. (RFC 9260 §6.3.2 R1)</summary>
    public void ArmTimer(Instant now)
    {
        if (HasOutstanding && !_timers.IsSet(SctpTimer.Retransmit)) _timers.Set(SctpTimer.Retransmit, now + Rto.Current);
    }

    /// <summary>False when the peer acknowledges what was never sent.</summary>
    /// <param name="sack">As received, or implied by SHUTDOWN.</param>
    /// <param name="now">Of its arrival.</param>
    /// <param name="madeProgress">Something was newly acknowledged.</param>
    public bool TryHandleSack(in SackChunk sack, Instant now, out bool madeProgress)
    {
        madeProgress = false;
        if (sack.CumulativeTsn < CumulativeAcked)
        {
            // Overtaken by a later one. (RFC 9260 §6.2.1 D i)
            _counters.Increment(SctpCounter.StaleSack);
            return true;
        }
        if (sack.CumulativeTsn > _queue.LastSent) return false;

        var ack = new AckSummary { InFlightBefore = _inFlightWire };
        TakeCumulative(sack.CumulativeTsn, ref ack, now);
        TakeGaps(sack, ref ack, now);
        CountMissing(sack, ack);

        _congestion.HandleCumulativeAck(sack.CumulativeTsn);
        _congestion.HandleAcked(ack.Bytes, ack.CumulativeAdvanced, ack.InFlightBefore, _queue.SentCount == 0);
        SetPeerWindow(sack.ReceiverWindow);
        _burst = MaxBurst;
        madeProgress = ack.Bytes > 0;
        if (ack.CumulativeAdvanced) Rto.EndBackOff();

        // §6.3.2 R2 and R3.
        if (_queue.SentCount == 0) _timers.Stop(SctpTimer.Retransmit);
        else if (ack.CumulativeAdvanced || !_timers.IsSet(SctpTimer.Retransmit)) _timers.Set(SctpTimer.Retransmit, now + Rto.Current);
        return true;
    }

    /// <summary>T3-rtx expired: everything in flight is taken for lost. (RFC 9260 §6.3.3)</summary>
    public void HandleRetransmitTimeout()
    {
        _counters.Increment(SctpCounter.RetransmissionTimeout);
        _congestion.HandleTimeout();
        Rto.BackOff();
        MarkAllLost();
    }

    /// <summary>What went out along with a COOKIE ECHO goes out with it again.</summary>
    public void MarkAllLost()
    {
        for (var i = 0; i < _queue.SentCount; i++)
        {
            ref var chunk = ref _queue[i];
            if (chunk.State == OutboundChunkState.InFlight) MarkLost(ref chunk, SctpCounter.TimeoutRetransmission);
        }
        _burst = MaxBurst;
    }

    private void WriteLost(ref PacketWriter writer, Instant now)
    {
        // Only the first packet of a fast retransmission goes out against the window. (RFC 9260 §7.2.4 3)
        for (var i = 0; i < _queue.SentCount && _lostCount > 0; i++)
        {
            ref var chunk = ref _queue[i];
            if (chunk.State != OutboundChunkState.Lost) continue;
            if (!TryWriteChunk(ref writer, ref chunk, _queue.First + i)) return;
            _lostCount--;
            chunk.WasRetransmitted = true;
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
            if (!TryWriteChunk(ref writer, ref chunk, _queue.First + _queue.SentCount)) break;
            _queue.MarkNextSent();
            _peerWindow -= Math.Min(_peerWindow, chunk.Length);
            Launch(ref chunk, now);
            wrote = true;
        }
        if (wrote) _burst--;
    }

    private bool TryWriteChunk(ref PacketWriter writer, ref OutboundChunk chunk, Tsn tsn)
    {
        if (!writer.TryAdd(ChunkType.Data, (byte)chunk.Flags, DataHeader.Length + chunk.Length, out var value)) return false;
        new DataHeader(tsn, chunk.StreamId, chunk.Ssn, chunk.PayloadProtocol, chunk.Flags).Write(value);
        _queue.CopyPayload(chunk, value[DataHeader.Length..]);
        return true;
    }

    private void Launch(ref OutboundChunk chunk, Instant now)
    {
        chunk.State = OutboundChunkState.InFlight;
        chunk.SentAt = now;
        chunk.MissingReports = 0;
        _inFlightWire += chunk.WireSize;
        _inFlightPayload += chunk.Length;
    }

    private void Land(in OutboundChunk chunk)
    {
        _inFlightWire -= chunk.WireSize;
        _inFlightPayload -= chunk.Length;
    }

    private void MarkLost(ref OutboundChunk chunk, SctpCounter reason)
    {
        Land(chunk);
        chunk.State = OutboundChunkState.Lost;
        chunk.MissingReports = 0;
        _lostCount++;
        _counters.Increment(reason);
    }

    private void TakeCumulative(Tsn cumulativeTsn, ref AckSummary ack, Instant now)
    {
        while (_queue.First <= cumulativeTsn && _queue.SentCount > 0)
        {
            ref var chunk = ref _queue[0];
            if (chunk.State != OutboundChunkState.GapAcked) TakeAcked(ref chunk, _queue.First, ref ack, now);
            _queue.RemoveFirst();
            ack.CumulativeAdvanced = true;
        }
    }

    /// <summary>Marks what gap blocks cover, and takes back what they covered before and do not now. (§6.2.1 D iii)</summary>
    private void TakeGaps(in SackChunk sack, ref AckSummary ack, Instant now)
    {
        var index = 0;
        for (var i = 0; i < sack.GapCount; i++)
        {
            var gap = sack.Gap(i);
            // After the cumulative part, offset 1 is index 0. Blocks must ascend, which also bounds the work to one pass.
            var (start, end) = (gap.Start - 1, gap.End - 1);
            if (start < index || end < start || end >= _queue.SentCount)
            {
                _counters.Increment(SctpCounter.BadGapBlock);
                break;
            }
            for (; index < start; index++) Revoke(ref _queue[index]);
            for (; index <= end; index++)
            {
                ref var chunk = ref _queue[index];
                if (chunk.State == OutboundChunkState.GapAcked) continue;
                TakeAcked(ref chunk, _queue.First + index, ref ack, now);
                chunk.State = OutboundChunkState.GapAcked;
            }
        }
        ack.GapEnd = index;
        for (; index < _queue.SentCount; index++) Revoke(ref _queue[index]);
    }

    private void Revoke(ref OutboundChunk chunk)
    {
        if (chunk.State != OutboundChunkState.GapAcked) return;
        chunk.State = OutboundChunkState.InFlight;
        _inFlightWire += chunk.WireSize;
        _inFlightPayload += chunk.Length;
    }

    private void TakeAcked(ref OutboundChunk chunk, Tsn tsn, ref AckSummary ack, Instant now)
    {
        ack.Bytes += chunk.WireSize;
        ack.HasNew = true;
        ack.HighestNew = tsn;
        if (chunk.SentAt > ack.LatestSentAt) ack.LatestSentAt = chunk.SentAt;
        if (chunk.State == OutboundChunkState.Lost) _lostCount--;
        else Land(chunk);
        // One measurement per round trip (§6.3.1 C4), of chunks sent once (C5).
        if (chunk.WasRetransmitted || tsn < _nextMeasured) return;
        Rto.Measure(now - chunk.SentAt);
        _nextMeasured = _queue.LastSent.Next;
    }

    /// <summary>Counts missing reports; three make a chunk lost. (§7.2.4)</summary>
    private void CountMissing(in SackChunk sack, in AckSummary ack)
    {
        if (sack.GapCount == 0 || !ack.HasNew) return;
        // Reports count below the highest TSN newly acknowledged; in fast recovery, when the cumulative TSN moved, all do.
        var all = _congestion.IsInFastRecovery && ack.CumulativeAdvanced;
        var end = all ? ack.GapEnd : Math.Min(ack.GapEnd, ack.HighestNew.DistanceFrom(_queue.First));
        var foundLoss = false;
        for (var i = 0; i < end; i++)
        {
            ref var chunk = ref _queue[i];
            // A chunk sent after everything that this acknowledges cannot be told missing by it. This is what lets a chunk be
            // repeated fast more than once where RFC 9260 §7.2.4 allows once: see docs/design/sctp.md.
            if (chunk.State != OutboundChunkState.InFlight || chunk.SentAt > ack.LatestSentAt) continue;
            if (chunk.WasRetransmitted && chunk.SentAt == ack.LatestSentAt) continue;
            if (++chunk.MissingReports < 3) continue;
            MarkLost(ref chunk, SctpCounter.FastRetransmission);
            foundLoss = true;
        }
        if (!foundLoss) return;
        if (!_congestion.IsInFastRecovery) _mayIgnoreCongestion = true;
        _congestion.HandleLoss(_queue.LastSent);
    }

    private struct AckSummary
    {
        public int InFlightBefore;
        public int Bytes;
        public bool CumulativeAdvanced;
        public bool HasNew;
        public Tsn HighestNew;

        /// <summary>When the most recently sent of the newly acknowledged chunks was sent.</summary>
        public Instant LatestSentAt;

        /// <summary>Index after the last gap block.</summary>
        public int GapEnd;
    }
}
