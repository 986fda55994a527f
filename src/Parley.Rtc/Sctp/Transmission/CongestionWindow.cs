using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Transmission;

/// <summary>How many bytes may be in flight: slow start, congestion avoidance, fast recovery. (RFC 9260 §7.2)</summary>
internal sealed class CongestionWindow(int maxPacketSize)
{
    private int _threshold = int.MaxValue;
    private int _partialBytesAcked;
    private Tsn _recoveryExit;

    /// <summary>cwnd, in bytes. (RFC 9260 §7.2.1)</summary>
    public int Size { get; private set; } = Math.Min(4 * maxPacketSize, Math.Max(2 * maxPacketSize, 4404));

    public bool IsInFastRecovery { get; private set; }

    /// <summary>(§7.2.3, §7.2.4)</summary>
    private int Smallest => 4 * maxPacketSize;

    /// <summary>
    /// What a loss leaves on a path whose round trip says that no queue stands on it: the window that RFC 6928 lets a connection
    /// begin with. Radio networks lose packets like that, and halving would not make them lose less.
    /// </summary>
    private int SmallestOnEmptyPath => 10 * maxPacketSize;

    /// <param name="acked">Bytes newly acknowledged.</param>
    /// <param name="cumulativeAdvanced">Whether the cumulative TSN moved.</param>
    /// <param name="inFlightBefore">Bytes in flight before this acknowledgement.</param>
    /// <param name="nothingInFlight">Nothing is outstanding any more.</param>
    public void HandleAcked(int acked, bool cumulativeAdvanced, int inFlightBefore, bool nothingInFlight)
    {
        if (!IsInFastRecovery)
        {
            var wasFull = inFlightBefore >= Size;
            if (Size <= _threshold)
            {
                if (cumulativeAdvanced && wasFull) Size += Math.Min(acked, maxPacketSize);
            }
            else if (cumulativeAdvanced)
            {
                _partialBytesAcked += acked;
                if (_partialBytesAcked >= Size && wasFull)
                {
                    _partialBytesAcked -= Size;
                    Size += maxPacketSize;
                }
                else if (_partialBytesAcked >= Size) _partialBytesAcked = Size;
            }
        }
        if (nothingInFlight) _partialBytesAcked = 0;
    }

    /// <summary>Chunks were found missing: halves the window once for all losses up to <paramref name="lastSent"/>. (§7.2.4)</summary>
    /// <param name="isPathEmpty">The last round trip was about the least one.</param>
    public void HandleLoss(Tsn lastSent, bool isPathEmpty)
    {
        if (IsInFastRecovery) return;
        IsInFastRecovery = true;
        _recoveryExit = lastSent;
        Size = _threshold = Math.Max(Size / 2, isPathEmpty ? SmallestOnEmptyPath : Smallest);
        _partialBytesAcked = 0;
    }

    public void HandleCumulativeAck(Tsn cumulativeTsn)
    {
        if (IsInFastRecovery && cumulativeTsn >= _recoveryExit) IsInFastRecovery = false;
    }

    /// <summary>T3-rtx expired. (§7.2.3)</summary>
    /// <param name="isFirst">Something was acknowledged since the expiry before: that the probes were lost as well is not yet a dead path.</param>
    public void HandleTimeout(bool isFirst)
    {
        _threshold = Math.Max(Size / 2, Smallest);
        Size = isFirst ? Smallest : maxPacketSize;
        _partialBytesAcked = 0;
        IsInFastRecovery = false;
    }

    /// <summary>Nothing was sent for an RTO: what the path could carry then says less about now. (§7.2.1)</summary>
    public void HandleIdle() => Size = Math.Min(Size, Math.Max(Size / 2, Smallest));
}
