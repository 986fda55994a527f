namespace Parley.Rtc;

/// <summary>The end of a peer: goodbyes, and what is freed.</summary>
public sealed partial class RtcPeer
{
    /// <summary>How long messages that were sent before a close may take to be acknowledged, and goodbyes to be polled.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Says goodbye: messages already sent get a second to arrive, then BYE, SCTP ABORT and close_notify leave. The last
    /// event is <see cref="PeerEventKind.Closed"/>, two seconds later at most. Later calls do nothing.
    /// </summary>
    public void Close(Instant now)
    {
        if (State is PeerState.Closing or PeerState.Closed) return;
        BeginClose(PeerCloseReason.Requested, now);
        if (_secure is not { HasUnacknowledgedMessages: true }) Flush(now);
        Settle(now);
    }

    /// <summary>Frees everything at once, with no goodbye. Not needed after <see cref="PeerEventKind.Closed"/>.</summary>
    public void Dispose() => CloseAtOnce(PeerCloseReason.Requested);

    private void BeginClose(PeerCloseReason reason, Instant now)
    {
        if (State is PeerState.Closing or PeerState.Closed) return;
        if (State == PeerState.Connected) TrySendReport(isGoodbye: true, now);
        State = PeerState.Closing;
        _closeReason = reason;
        _timers.StopAll();
        _timers.Set(Timer.Close, now + CloseTimeout);
    }

    /// <summary>The last words: everything still to be sent is queued here; once it is polled, or the deadline passes, the peer is closed.</summary>
    private void Flush(Instant now)
    {
        if (_isFlushing) return;
        _isFlushing = true;
        _flushBegan = now;
        _timers.Set(Timer.Close, now + CloseTimeout);
        _secure?.Close(now);
        _hasOutput = true;
    }

    private void CloseAtOnce(PeerCloseReason reason)
    {
        if (State == PeerState.Closed) return;
        if (_closeReason == PeerCloseReason.None) _closeReason = reason;
        Free();
    }

    private void Free()
    {
        State = PeerState.Closed;
        _timers.StopAll();
        _media.Clear();
        _ice.Dispose();
        _audio.Dispose();
        _secure?.Dispose();
        _hasOutput = false;
        NextDeadline = Deadline.None;
    }
}
