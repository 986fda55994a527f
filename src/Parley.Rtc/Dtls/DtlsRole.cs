namespace Parley.Rtc.Dtls;

/// <summary>Who sends the ClientHello: the client is SDP's <c>setup:active</c>. (RFC 5763 §5)</summary>
public enum DtlsRole
{
    Client,
    Server,
}
