namespace Parley.Rtc;

/// <summary>The life of a peer. It only moves downwards in this list.</summary>
public enum PeerState
{
    /// <summary>From the description to the end of the DTLS handshake.</summary>
    Connecting,

    /// <summary>Audio flows; data channels open when their association does.</summary>
    Connected,

    /// <summary>Saying goodbye: BYE and close_notify are on their way, under a hard deadline.</summary>
    Closing,

    /// <summary>Nothing is sent or understood any more, and every resource is freed.</summary>
    Closed,
}
