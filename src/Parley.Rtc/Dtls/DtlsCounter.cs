namespace Parley.Rtc.Dtls;

/// <summary>What a <see cref="DtlsEndpoint"/> counts.</summary>
public enum DtlsCounter
{
    /// <summary>Datagrams given to the protocol.</summary>
    DatagramsAccepted,

    /// <summary>Dropped: not whole records of DTLS 1.0–1.2, or a protected one too short for its tag.</summary>
    Malformed,

    /// <summary>Dropped: the endpoint is closed or has failed.</summary>
    AfterEnd,

    /// <summary>Accepted, but it held nothing new: duplicates, forged records, parts of a handshake message.</summary>
    WithoutEffect,

    /// <summary>Times that a whole flight was sent again.</summary>
    FlightsRepeated,

    /// <summary>Application data received and dropped because nobody took the earlier ones.</summary>
    ReceiveQueueFull,

    /// <summary>Datagrams dropped because nobody took the earlier ones.</summary>
    TransmitQueueFull,
}
