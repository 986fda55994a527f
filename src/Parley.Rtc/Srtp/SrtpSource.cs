namespace Parley.Rtc.Srtp;

/// <summary>What is remembered of one SSRC in one direction.</summary>
internal struct SrtpSource
{
    /// <summary>The greatest 48-bit RTP packet index: rollover counter, then sequence number.</summary>
    public const ulong MaxRtpIndex = (1UL << 48) - 1;

    /// <summary>The greatest 31-bit SRTCP index.</summary>
    public const ulong MaxRtcpIndex = (1UL << 31) - 1;

    public uint Ssrc;
    public ReplayWindow Rtp;
    public ReplayWindow Rtcp;

    /// <summary>
    /// The most likely 48-bit index of a packet. (RFC 3711 §3.3.1 and Appendix A.) A guess before the first rollover
    /// stays in it. More than <see cref="MaxRtpIndex"/> means that the key is used up.
    /// </summary>
    public static ulong EstimateRtpIndex(in ReplayWindow window, ushort sequence)
    {
        if (window.IsEmpty) return sequence;
        var rollovers = window.Newest >> 16;
        var newest = (int)(window.Newest & 0xFFFF);
        if (newest < 0x8000)
        {
            if (sequence - newest > 0x8000 && rollovers > 0) rollovers--;
        }
        else if (newest - 0x8000 > sequence)
        {
            rollovers++;
        }
        return (rollovers << 16) | sequence;
    }
}
