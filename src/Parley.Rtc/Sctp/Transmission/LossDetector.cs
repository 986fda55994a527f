using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Transmission;

/// <summary>
/// Loss by time, as RFC 8985 (RACK) has it for TCP: a chunk is lost when one that was sent after it was acknowledged, and a round trip
/// and the reordering window have passed since it was sent. It is the last sending that counts, so a repeated chunk that is lost
/// again is found like any other.
/// </summary>
internal sealed class LossDetector
{
    /// <summary>The window is this part of the least round trip (RFC 8985 §6.2 step 4), times a multiplier.</summary>
    private const int WindowFraction = 4;

    private const int MaxMultiplier = 16;

    /// <summary>Chunks found lost without a mistake after which the window is narrow again.</summary>
    private const int MistakesForgottenAfter = 16;

    private Instant _newestSentAt;
    private Tsn _newestTsn;
    private TimeSpan _newestRoundTrip;
    private bool _hasNewest;
    private int _multiplier = 1;
    private int _foundSinceMistake;

    /// <summary>The least round trip that was measured; zero until one was.</summary>
    public TimeSpan LeastRoundTrip { get; private set; }

    /// <summary>Of the newest acknowledged chunk.</summary>
    public TimeSpan LatestRoundTrip => _newestRoundTrip;

    /// <summary>
    /// The round trip is that of an empty path: what is lost is lost to noise and not to a full queue.
    /// </summary>
    public bool IsPathEmpty => _newestRoundTrip <= LeastRoundTrip * 5 / 4 + TimeSpan.FromMilliseconds(5);

    private TimeSpan Window => LeastRoundTrip * _multiplier / WindowFraction;

    /// <summary>A chunk that was in flight, or taken for lost, is acknowledged.</summary>
    public void HandleAcked(in OutboundChunk chunk, Tsn tsn, Instant now)
    {
        var roundTrip = now - chunk.SentAt;
        if (!chunk.WasRetransmitted)
        {
            if (LeastRoundTrip == TimeSpan.Zero || roundTrip < LeastRoundTrip) LeastRoundTrip = roundTrip;
        }
        else if (roundTrip < LeastRoundTrip)
        {
            // Too soon: it is an earlier sending that arrived. (RFC 8985 §6.2 step 2) If it was taken for lost, it was only late.
            if (chunk.WasFoundLost) Widen();
            return;
        }
        if (_hasNewest && !IsAfter(chunk.SentAt, tsn)) return;
        (_newestSentAt, _newestTsn, _newestRoundTrip, _hasNewest) = (chunk.SentAt, tsn, roundTrip, true);
    }

    /// <summary>Whether a chunk in flight is lost by now.</summary>
    /// <param name="decidedAt">When it will be, if nothing is heard of it; never when nothing that was sent after it was acknowledged.</param>
    public bool IsLost(in OutboundChunk chunk, Tsn tsn, Instant now, out Instant decidedAt)
    {
        decidedAt = Instant.Never;
        if (!_hasNewest || IsAfter(chunk.SentAt, tsn)) return false;
        decidedAt = chunk.SentAt + _newestRoundTrip + Window;
        return decidedAt <= now;
    }

    public void HandleFoundLost()
    {
        if (++_foundSinceMistake > MistakesForgottenAfter) _multiplier = 1;
    }

    /// <summary>Sent after the newest that was acknowledged; chunks of one instant left in the order of their TSNs.</summary>
    private bool IsAfter(Instant sentAt, Tsn tsn) => sentAt > _newestSentAt || sentAt == _newestSentAt && tsn > _newestTsn;

    private void Widen()
    {
        _foundSinceMistake = 0;
        _multiplier = Math.Min(_multiplier + 1, MaxMultiplier);
    }
}
