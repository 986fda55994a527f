using System.Diagnostics.CodeAnalysis;
using Parley.Rtc.Dtls;

namespace Parley.Rtc.Sdp;

/// <summary>What an offer or answer says that a peer needs to know, checked and complete.</summary>
internal sealed record RemoteDescription
{
    public required string IceUfrag { get; init; }

    public required string IcePassword { get; init; }

    public required bool IsIceLite { get; init; }

    public required SdpSetup Setup { get; init; }

    public required DtlsFingerprint Fingerprint { get; init; }

    public required RemoteCandidates Candidates { get; init; }

    public required RemoteAudio Audio { get; init; }

    /// <summary>Null when the description has no application section that can be used.</summary>
    public RemoteApplication? Application { get; init; }

    /// <summary>False: ICE restarts. (RFC 8839 §4.4.1.1.1)</summary>
    public bool HasIceCredentialsOf(RemoteDescription other) => IceUfrag == other.IceUfrag && IcePassword == other.IcePassword;

    /// <summary>
    /// Reads what both offers and answers hold, around the audio section that was chosen. Attributes of the transport may
    /// stand in the audio section or at session level; in a bundle the other section's are the same. (RFC 8829 §5.3.1)
    /// </summary>
    public static bool TryRead(
        SdpDocument document, RemoteAudio audio, RemoteApplication? application, SdpSetup defaultSetup,
        [NotNullWhen(true)] out RemoteDescription? description, [NotNullWhen(false)] out SdpError? error)
    {
        description = null;
        var levels = new List<SdpAttributes> { document.Media[audio.Index].Attributes, document.Attributes };
        if (application is not null) levels.Add(document.Media[application.Index].Attributes);

        if (First(levels, "ice-ufrag") is not { } ufrag) error = SdpError.NoIceUfrag;
        else if (First(levels, "ice-pwd") is not { } password) error = SdpError.NoIcePassword;
        else if (!IceCharacters.IsUfrag(ufrag) || !IceCharacters.IsPassword(password)) error = SdpError.BadIceCredentials;
        else if (!TryReadFingerprint(levels, out var fingerprint, out error)) return false;
        else if (!TryReadSetup(First(levels, "setup"), defaultSetup, out var setup)) error = SdpError.BadSetup;
        else
        {
            description = new RemoteDescription
            {
                IceUfrag = ufrag,
                IcePassword = password,
                IsIceLite = document.Attributes.Has("ice-lite"),
                Setup = setup,
                Fingerprint = fingerprint,
                Candidates = RemoteCandidates.Read(levels),
                Audio = audio,
                Application = application,
            };
            error = null;
            return true;
        }
        return false;
    }

    private static bool TryReadFingerprint(
        List<SdpAttributes> levels, [NotNullWhen(true)] out DtlsFingerprint? fingerprint, [NotNullWhen(false)] out SdpError? error)
    {
        fingerprint = null;
        error = SdpError.NoFingerprint;
        foreach (var level in levels)
            foreach (var value in level.All("fingerprint"))
            {
                // Several hashes of one certificate may be offered; the first one known here is used. (RFC 8122 §5)
                if (DtlsFingerprint.TryParse(value, out fingerprint) && fingerprint is not null)
                {
                    error = null;
                    return true;
                }
                error = SdpError.BadFingerprint;
            }
        return false;
    }

    private static bool TryReadSetup(string? value, SdpSetup defaultSetup, out SdpSetup setup)
    {
        (setup, var isKnown) = value?.ToLowerInvariant() switch
        {
            null => (defaultSetup, true),
            "actpass" => (SdpSetup.ActPass, true),
            "active" => (SdpSetup.Active, true),
            "passive" => (SdpSetup.Passive, true),
            _ => (default, false),
        };
        return isKnown;
    }

    private static string? First(List<SdpAttributes> levels, string name)
    {
        foreach (var level in levels)
            if (level.First(name) is { } value) return value;
        return null;
    }
}

/// <summary>The audio section in use.</summary>
internal sealed record RemoteAudio
{
    /// <summary>Which m-section of the description, from 0.</summary>
    public required int Index { get; init; }

    public required string? Mid { get; init; }

    /// <summary>The payload type that stands for Opus.</summary>
    public required byte PayloadType { get; init; }

    public required SdpDirection Direction { get; init; }

    /// <summary>a=rtcp-rsize: reduced-size RTCP. (RFC 5506)</summary>
    public required bool IsReducedSizeRtcp { get; init; }

    public required AudioFeatures Features { get; init; }
}

/// <summary>The application (data channel) section in use.</summary>
internal sealed record RemoteApplication
{
    public required int Index { get; init; }

    public required string? Mid { get; init; }

    public required ushort SctpPort { get; init; }

    /// <summary>The section is in the form from before RFC 8841 (a=sctpmap), and so must be the answer's.</summary>
    public required bool IsOldForm { get; init; }

    /// <summary>Longest message the remote takes, in bytes. (RFC 8841 §6)</summary>
    public required int MaxMessageSize { get; init; }

    /// <summary>What a=sctp-init holds, unchecked; null when it is absent or not base64. (draft-hancke-tsvwg-snap)</summary>
    public byte[]? SctpInit { get; init; }
}
