namespace Parley.Rtc.Dtls;

internal enum DtlsTimer
{
    /// <summary>The peer did not answer the last flight.</summary>
    Retransmit,

    /// <summary>The handshake has taken too long.</summary>
    Handshake,
}
