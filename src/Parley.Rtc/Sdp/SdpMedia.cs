namespace Parley.Rtc.Sdp;

/// <summary>One m-section as it was written. (RFC 8866 §5.14)</summary>
internal sealed class SdpMedia
{
    public required string Kind { get; init; }

    public required ushort Port { get; init; }

    public required string Protocol { get; init; }

    public required string[] Formats { get; init; }

    public SdpAttributes Attributes { get; } = new();

    public string? Mid => Attributes.First("mid");

    /// <summary>Port 0 refuses a section, unless it is bundle-only. (RFC 8843 §7.1)</summary>
    public bool IsRejected => Port == 0 && !Attributes.Has("bundle-only");
}
