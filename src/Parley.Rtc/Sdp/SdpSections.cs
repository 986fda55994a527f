using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Parley.Rtc.Sctp;

namespace Parley.Rtc.Sdp;

/// <summary>Judges single m-sections: which audio and application sections can be used, and what they say.</summary>
internal static class SdpSections
{
    /// <summary>What a description without a=max-message-size takes. (RFC 8841 §6.1)</summary>
    private const int DefaultMaxMessageSize = 64 * 1024;

    /// <summary>Used when a=sctp-port is absent; every WebRTC stack writes 5000.</summary>
    private const ushort DefaultSctpPort = 5000;

    /// <summary>Data channels as they were described before RFC 8841; aiortc still does. (draft-ietf-mmusic-sctp-sdp-05 §4)</summary>
    private const string OldDataProtocol = "DTLS/SCTP";

    /// <summary>The names by which DTLS-SRTP is offered; what differs is the transport and the feedback profile. (RFC 8829 §5.1.2)</summary>
    private static readonly HashSet<string> SecureProfiles = new(StringComparer.OrdinalIgnoreCase)
    {
        "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/DTLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVP", "RTP/SAVPF", "RTP/SAVP",
    };

    public static bool TryReadAudio(
        SdpDocument document, int index, [NotNullWhen(true)] out RemoteAudio? audio, [NotNullWhen(false)] out SdpError? error)
    {
        audio = null;
        error = null;
        var media = document.Media[index];
        if (media.Kind != "audio" || media.IsRejected) error = SdpError.NoAudio;
        else if (!SecureProfiles.Contains(media.Protocol)) error = SdpError.NoSecureProfile;
        else if (!TryFindOpus(media, out var payloadType)) error = SdpError.NoOpus;
        else if (!media.Attributes.Has("rtcp-mux") && !media.Attributes.Has("rtcp-mux-only")) error = SdpError.NoRtcpMux;
        else
        {
            audio = new RemoteAudio
            {
                Index = index,
                Mid = media.Mid,
                PayloadType = payloadType,
                Direction = SdpDirectionNames.Read(media.Attributes, document.Attributes),
                IsReducedSizeRtcp = media.Attributes.Has("rtcp-rsize"),
                Features = AudioFeatures.Read(media, document.Attributes, payloadType),
            };
        }
        return audio is not null;
    }

    public static bool TryReadApplication(SdpDocument document, int index, [NotNullWhen(true)] out RemoteApplication? application)
    {
        application = null;
        var media = document.Media[index];
        if (media.Kind != "application" || media.IsRejected) return false;
        ushort port = DefaultSctpPort;
        var isOldForm = media.Protocol.Equals(OldDataProtocol, StringComparison.OrdinalIgnoreCase);
        if (isOldForm)
        {
            if (!TryFindOldSctpMap(media, out port)) return false;
        }
        else if (media.Protocol.ToUpperInvariant() is not ("UDP/DTLS/SCTP" or "TCP/DTLS/SCTP") || !media.Formats.Contains("webrtc-datachannel")) return false;
        else if (ReadNumber(media.Attributes.First("sctp-port")) is > 0 and <= ushort.MaxValue and var named) port = (ushort)named;
        application = new RemoteApplication
        {
            Index = index,
            Mid = media.Mid,
            SctpPort = port,
            IsOldForm = isOldForm,
            MaxMessageSize = ReadNumber(media.Attributes.First("max-message-size")) switch
            {
                null => DefaultMaxMessageSize,
                // 0 means any size. (RFC 8841 §6)
                0 => int.MaxValue,
                var size => (int)Math.Min(size.Value, int.MaxValue),
            },
            SctpInit = isOldForm ? null : ReadBase64(media.Attributes.First("sctp-init"), SctpAssociation.MaxRemoteInitLength),
        };
        return true;
    }

    /// <summary>The mids of the BUNDLE group that <paramref name="mid"/> is in, in order; empty when there is none. (RFC 8843 §7)</summary>
    public static string[] BundleOf(SdpDocument document, string? mid)
    {
        if (mid is null) return [];
        foreach (var group in document.Attributes.All("group"))
        {
            var parts = group.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 1 && parts[0] == "BUNDLE" && parts.AsSpan(1).Contains(mid)) return parts[1..];
        }
        return [];
    }

    /// <summary>The first of the section's formats that a=rtpmap names opus/48000/2; the encoding's name may come in any case. (RFC 7587 §7)</summary>
    private static bool TryFindOpus(SdpMedia media, out byte payloadType)
    {
        foreach (var format in media.Formats)
            foreach (var map in media.Attributes.All("rtpmap"))
            {
                var space = map.IndexOf(' ', StringComparison.Ordinal);
                if (space < 0 || map[..space] != format) continue;
                if (!map[(space + 1)..].Trim().Equals("opus/48000/2", StringComparison.OrdinalIgnoreCase)) continue;
                if (byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out payloadType) && payloadType < 128) return true;
            }
        payloadType = 0;
        return false;
    }

    /// <summary>The SCTP port is the section's format, and a=sctpmap says what it carries: port, protocol, streams.</summary>
    private static bool TryFindOldSctpMap(SdpMedia media, out ushort port)
    {
        foreach (var format in media.Formats)
            foreach (var map in media.Attributes.All("sctpmap"))
                if (map.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, "webrtc-datachannel", ..] && number == format
                    && ReadNumber(number) is > 0 and <= ushort.MaxValue and var value)
                {
                    port = (ushort)value;
                    return true;
                }
        port = 0;
        return false;
    }

    private static byte[]? ReadBase64(string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text) || text.Length > maxLength / 3 * 4) return null;
        var bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static long? ReadNumber(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
