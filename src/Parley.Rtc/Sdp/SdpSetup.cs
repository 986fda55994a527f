namespace Parley.Rtc.Sdp;

/// <summary>a=setup: who starts DTLS. (RFC 8842 §5.2)</summary>
internal enum SdpSetup
{
    ActPass,
    Active,
    Passive,
}
