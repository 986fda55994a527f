namespace Parley.Rtc.Sctp.Wire;

/// <summary>Chunk types. (RFC 9260 §3.2, RFC 6525 §3, RFC 3758 §3.2)</summary>
internal enum ChunkType : byte
{
    Data = 0,
    Init = 1,
    InitAck = 2,
    Sack = 3,
    Heartbeat = 4,
    HeartbeatAck = 5,
    Abort = 6,
    Shutdown = 7,
    ShutdownAck = 8,
    Error = 9,
    CookieEcho = 10,
    CookieAck = 11,
    ShutdownComplete = 14,
    Reconfig = 130,
    ForwardTsn = 192,
}

/// <summary>Parameter types. (RFC 9260 §3.3.2–3, RFC 6525 §4, RFC 3758 §3.1, RFC 5061 §4.2.7)</summary>
internal enum ParameterType : ushort
{
    HeartbeatInfo = 1,
    IPv4Address = 5,
    IPv6Address = 6,
    StateCookie = 7,
    UnrecognizedParameter = 8,
    CookiePreservative = 9,
    HostNameAddress = 11,
    SupportedAddressTypes = 12,
    OutgoingResetRequest = 13,
    IncomingResetRequest = 14,
    SsnTsnResetRequest = 15,
    ReconfigResponse = 16,
    AddOutgoingStreams = 17,
    AddIncomingStreams = 18,
    EcnCapable = 0x8000,
    SupportedExtensions = 0x8008,
    ForwardTsnSupported = 0xC000,
}

/// <summary>Error causes. (RFC 9260 §3.3.10)</summary>
internal enum ErrorCause : ushort
{
    InvalidStream = 1,
    MissingParameter = 2,
    StaleCookie = 3,
    OutOfResource = 4,
    UnrecognizedChunk = 6,
    InvalidMandatoryParameter = 7,
    UnrecognizedParameters = 8,
    NoUserData = 9,
    CookieWhileShuttingDown = 10,
    UserInitiatedAbort = 12,
    ProtocolViolation = 13,
}

/// <summary>
/// What to do with a type that we do not know: its two high bits say it, for chunks as for parameters.
/// (RFC 9260 §3.2, §3.2.1)
/// </summary>
internal readonly record struct UnknownTypeAction(bool Continues, bool Reports)
{
    public static UnknownTypeAction OfChunk(byte type) => new((type & 0x80) != 0, (type & 0x40) != 0);

    public static UnknownTypeAction OfParameter(ushort type) => new((type & 0x8000) != 0, (type & 0x4000) != 0);
}
