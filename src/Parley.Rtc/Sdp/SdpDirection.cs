namespace Parley.Rtc.Sdp;

/// <summary>Which way media flows, as the writer of the description sees it. (RFC 8866 §6.7)</summary>
internal enum SdpDirection
{
    SendReceive,
    SendOnly,
    ReceiveOnly,
    Inactive,
}

internal static class SdpDirectionNames
{
    public static SdpDirection Read(SdpAttributes media, SdpAttributes session) =>
        TryRead(media) ?? TryRead(session) ?? SdpDirection.SendReceive;

    public static string Name(this SdpDirection direction) => direction switch
    {
        SdpDirection.SendOnly => "sendonly",
        SdpDirection.ReceiveOnly => "recvonly",
        SdpDirection.Inactive => "inactive",
        _ => "sendrecv",
    };

    /// <summary>The same flows seen from the other side. (RFC 3264 §6.1)</summary>
    public static SdpDirection Reversed(this SdpDirection direction) => direction switch
    {
        SdpDirection.SendOnly => SdpDirection.ReceiveOnly,
        SdpDirection.ReceiveOnly => SdpDirection.SendOnly,
        _ => direction,
    };

    private static SdpDirection? TryRead(SdpAttributes attributes) =>
        attributes.Has("sendrecv") ? SdpDirection.SendReceive
        : attributes.Has("sendonly") ? SdpDirection.SendOnly
        : attributes.Has("recvonly") ? SdpDirection.ReceiveOnly
        : attributes.Has("inactive") ? SdpDirection.Inactive
        : null;
}
