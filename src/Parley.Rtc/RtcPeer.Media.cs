using Parley.Rtc.Sdp;

namespace Parley.Rtc;

/// <summary>Audio and RTCP: what comes in, what goes out, and what is told about both.</summary>
public sealed partial class RtcPeer
{
    /// <summary>What finds that queue full is written so much later: the driver, who polls after each input, has polled by then.</summary>
    private static readonly TimeSpan FullQueuePause = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Takes what looks like SRTP or SRTCP from an address that nothing is known of: the remote may have moved. False, and nothing but
    /// a counter has changed, when it is not authentic or was seen before; the payload may be spoilt then.
    /// </summary>
    public bool TryHandleMedia(in Datagram datagram, Instant now)
    {
        if (_isFlushing || State == PeerState.Closed || datagram.Payload.IsEmpty || datagram.Payload[0] is < 128 or > 191) return false;
        return HandleMedia(datagram.Payload, datagram.Source, now) is not
            (PeerDropReason.NotOpen or PeerDropReason.MediaBeforeKeys or PeerDropReason.SrtpNotAuthentic or PeerDropReason.SrtpReplayed or PeerDropReason.TooManySources);
    }

    /// <summary>Sends one Opus packet. False when not connected, when the remote takes no audio, or when the queue is full.</summary>
    /// <param name="opus">At most <see cref="MaxAudioLength"/> bytes.</param>
    /// <param name="rtpTimestamp">In units of 1/48000 s.</param>
    /// <param name="marker">True for the first packet after silence. (RFC 7587 §4.1)</param>
    /// <param name="now">The present.</param>
    /// <param name="level">How loud it is, told in clear text to a remote that wants it. (RFC 6464)</param>
    public bool TrySendAudio(ReadOnlySpan<byte> opus, uint rtpTimestamp, bool marker, Instant now, AudioLevel? level = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opus.Length, MaxAudioLength, nameof(opus));
        if (State != PeerState.Connected || _remote!.Audio.Direction is SdpDirection.SendOnly or SdpDirection.Inactive) return false;
        return TryReserveMedia(out var slot) && _audio.TryWriteAudio(slot, opus, rtpTimestamp, marker, level, now, out var length) && TryCommitMedia(length);
    }

    /// <summary>Null when it counts, otherwise why not.</summary>
    private PeerDropReason? HandleMedia(Span<byte> payload, TransportAddress source, Instant now)
    {
        if (State == PeerState.Closing)
        {
            Drops.Increment(PeerDropReason.NotOpen);
            return PeerDropReason.NotOpen;
        }
        var length = payload.Length;
        // RTCP packet types 192…223 take the place of RTP's marker and payload type. (RFC 5761 §4)
        if (length > 1 && payload[1] is >= 192 and <= 223)
        {
            var refused = _audio.HandleRtcp(payload, now);
            if (refused is { } unusable) Drops.Increment(unusable);
            else HandleHeard(source, now);
            SendAgain(now);
            return refused;
        }
        var reason = _audio.HandleRtp(payload, now, _events, out var isNewest);
        if (isNewest)
        {
            _ice.HandleAuthenticPacket(source, length, now);
            FollowIce();
        }
        if (reason is { } dropped) Drops.Increment(dropped);
        if (_audio.NextFeedback <= now) SendFeedback(now);
        else if (_audio.NextFeedback != _timers[Timer.Feedback]) ScheduleFeedback();
        return reason;
    }

    private void HandleHeard(TransportAddress source, Instant now)
    {
        _ice.HandleHeard(source, now);
        FollowIce();
    }

    /// <summary>False when there was no room for it.</summary>
    private bool TrySendReport(bool isGoodbye, Instant now)
    {
        if (!TryReserveMedia(out var slot)) return false;
        if (_audio.TryWriteReport(slot, isGoodbye, now, out var length)) TryCommitMedia(length);
        return true;
    }

    /// <summary>Asks for lost packets and tells of those that came, as far as either is due.</summary>
    private void SendFeedback(Instant now)
    {
        if (!TryReserveMedia(out var slot))
        {
            // It stays due, and a timer that is due is taken again and again.
            _timers.Set(Timer.Feedback, now + FullQueuePause);
            UpdateDeadline();
            return;
        }
        if (_audio.TryWriteFeedback(slot, now, out var length)) TryCommitMedia(length);
        ScheduleFeedback();
    }

    private void ScheduleFeedback()
    {
        _timers.Set(Timer.Feedback, _audio.NextFeedback);
        UpdateDeadline();
    }

    /// <summary>Sends what the remote asked for again, as far as the queue has room.</summary>
    private void SendAgain(Instant now)
    {
        while (_media.Reserve() is { IsEmpty: false } slot && _audio.TryWriteResend(slot, now, out var length)) TryCommitMedia(length);
    }

    private bool TryReserveMedia(out Span<byte> slot)
    {
        slot = _media.Reserve();
        if (slot.IsEmpty) Drops.Increment(PeerDropReason.TransmitQueueFull);
        return !slot.IsEmpty;
    }

    private bool TryCommitMedia(int length)
    {
        if (length > _config.MaxDatagramLength)
        {
            Drops.Increment(PeerDropReason.TooLongForPath);
            return false;
        }
        if (!_ice.Paths.TryChoose(length, out var destination))
        {
            Drops.Increment(PeerDropReason.NoPath);
            return false;
        }
        if (destination != _mediaDestination)
        {
            _mediaDestination = destination;
            _audio.HandlePathChange();
        }
        _media.Commit(length, destination);
        return true;
    }
}
