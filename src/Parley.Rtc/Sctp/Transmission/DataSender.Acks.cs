using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Transmission;

/// <summary>What acknowledgements and silence say about what was sent.</summary>
internal sealed partial class DataSender
{
    /// <summary>Probes in a row before the time-out takes over.</summary>
    private const int MaxProbes = 2;

    private readonly LossDetector _losses = new();
    private int _probes;
    private int _expiries;

    /// <summary>Starts the timers that are to run while something is outstanding. (RFC 9260 §6.3.2 R1; RFC 8985 §7.2)</summary>
    public void ArmTimer(Instant now)
    {
        if (!HasOutstanding || _timers.IsSet(SctpTimer.Retransmit)) return;
        var timeout = Rto.Current;
        if (_probes < MaxProbes && Rto.Probe is { } first)
        {
            var probe = first * (1 << _probes);
            _timers.Set(SctpTimer.Probe, now + probe);
            // The time-out is for the silence after the probes.
            if (timeout < probe * 1.5) timeout = probe * 1.5;
        }
        else _timers.Stop(SctpTimer.Probe);
        _timers.Set(SctpTimer.Retransmit, now + timeout);
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
        FindLosses(now);

        _congestion.HandleCumulativeAck(sack.CumulativeTsn);
        _congestion.HandleAcked(ack.Bytes, ack.CumulativeAdvanced, ack.InFlightBefore, _queue.SentCount == 0);
        SetPeerWindow(sack.ReceiverWindow);
        _burst = MaxBurst;
        madeProgress = ack.Bytes > 0 || ack.CumulativeAdvanced;
        if (madeProgress) _probes = _expiries = 0;
        if (ack.CumulativeAdvanced) Rto.EndBackOff();
        _abandoned.Advance();

        // §6.3.2 R2 and R3. A probe waits for silence, so anything that was acknowledged puts it off.
        if (madeProgress) StopTimers();
        ArmTimer(now);
        return true;
    }

    /// <summary>The reordering window of some chunk is over. (RFC 8985 §6.2 step 5)</summary>
    public void HandleReorderTimeout(Instant now) => FindLosses(now);

    /// <summary>
    /// Nothing was acknowledged for longer than a round trip takes: the earliest chunks go out again, one packet of them, whatever the window
    /// says. Their acknowledgement will show what else is lost; only silence after that is for the time-out. (RFC 8985 §7)
    /// </summary>
    public void HandleProbeTimeout(Instant now)
    {
        _probes++;
        _counters.Increment(SctpCounter.Probe);
        _abandoned.HandleTimeout();
        var room = _config.MaxPacketSize - PacketWriter.HeaderLength;
        for (var i = 0; i < _queue.SentCount && _queue[i].WireSize <= room; i++)
        {
            ref var chunk = ref _queue[i];
            if (chunk.State != OutboundChunkState.InFlight) continue;
            room -= chunk.WireSize;
            MarkLost(ref chunk, SctpCounter.ProbeRetransmission);
        }
        _mayIgnoreCongestion = true;
        StopTimers();
        ArmTimer(now);
    }

    /// <summary>T3-rtx expired: everything in flight is taken for lost. (RFC 9260 §6.3.3)</summary>
    public void HandleRetransmitTimeout()
    {
        _counters.Increment(SctpCounter.RetransmissionTimeout);
        _congestion.HandleTimeout(isFirst: _expiries++ == 0);
        Rto.BackOff();
        _abandoned.HandleTimeout();
        StopTimers();
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

    private void StopTimers()
    {
        _timers.Stop(SctpTimer.Retransmit);
        _timers.Stop(SctpTimer.Probe);
    }

    private void MarkLost(ref OutboundChunk chunk, SctpCounter reason)
    {
        Land(chunk);
        chunk.State = OutboundChunkState.Lost;
        chunk.WasFoundLost = reason == SctpCounter.FastRetransmission;
        _lostCount++;
        _counters.Increment(reason);
    }

    private void TakeCumulative(Tsn cumulativeTsn, ref AckSummary ack, Instant now)
    {
        while (_queue.First <= cumulativeTsn && _queue.SentCount > 0)
        {
            ref var chunk = ref _queue[0];
            if (chunk.State == OutboundChunkState.Abandoned) _abandoned.Remove();
            else if (chunk.State != OutboundChunkState.GapAcked) TakeAcked(ref chunk, _queue.First, ref ack, now);
            _streams.Release(chunk.StreamId, chunk.Length);
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
                if (chunk.State is OutboundChunkState.GapAcked or OutboundChunkState.Abandoned) continue;
                TakeAcked(ref chunk, _queue.First + index, ref ack, now);
                chunk.State = OutboundChunkState.GapAcked;
            }
        }
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
        if (chunk.State == OutboundChunkState.Lost) _lostCount--;
        else Land(chunk);
        _losses.HandleAcked(chunk, tsn, now);
        // One measurement per round trip (§6.3.1 C4), of chunks sent once (C5).
        if (chunk.WasRetransmitted || tsn < _nextMeasured) return;
        Rto.Measure(now - chunk.SentAt);
        _nextMeasured = _queue.LastSent.Next;
    }

    private void FindLosses(Instant now)
    {
        var next = Instant.Never;
        var found = false;
        for (var i = 0; i < _queue.SentCount; i++)
        {
            ref var chunk = ref _queue[i];
            if (chunk.State != OutboundChunkState.InFlight) continue;
            if (!_losses.IsLost(chunk, _queue.First + i, now, out var decidedAt))
            {
                next = Instant.Earlier(next, decidedAt);
                continue;
            }
            MarkLost(ref chunk, SctpCounter.FastRetransmission);
            _losses.HandleFoundLost();
            found = true;
        }
        _timers.Set(SctpTimer.Reorder, next);
        if (!found) return;
        if (!_congestion.IsInFastRecovery) _mayIgnoreCongestion = true;
        _congestion.HandleLoss(_queue.LastSent, _losses.IsPathEmpty);
        _burst = MaxBurst;
    }

    private struct AckSummary
    {
        public int InFlightBefore;
        public int Bytes;
        public bool CumulativeAdvanced;
    }
}
