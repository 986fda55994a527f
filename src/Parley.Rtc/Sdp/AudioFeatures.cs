using System.Globalization;
using Parley.Rtc.Rtp.Extensions;

namespace Parley.Rtc.Sdp;

/// <summary>
/// What an audio section says beyond Opus's payload type. Of an offer it is what may be used, and the answer takes all of it;
/// of an answer it is what is in use.
/// </summary>
internal sealed record AudioFeatures
{
    /// <summary>What our own offers propose.</summary>
    public static readonly AudioFeatures Offered = new()
    {
        RedPayloadType = 63,
        Extensions = HeaderExtensionMap.Offered,
        AllowsMixedExtensions = true,
        HasNack = true,
        HasTransportFeedback = true,
    };

    /// <summary>What the other side would like to receive.</summary>
    public OpusParameters Opus { get; init; } = OpusParameters.Default;

    /// <summary>The payload type of red/48000/2 over Opus; null when it is not in use. (RFC 2198)</summary>
    public byte? RedPayloadType { get; init; }

    /// <summary>Bit n: payload type n is offered for comfort noise or telephone events, which nobody here listens to. (RFC 3389, RFC 4733)</summary>
    public UInt128 SilentPayloadTypes { get; init; }

    public HeaderExtensionMap Extensions { get; init; }

    /// <summary>a=extmap-allow-mixed: one-byte and two-byte elements in one stream. (RFC 8285 §6)</summary>
    public bool AllowsMixedExtensions { get; init; }

    /// <summary>a=rtcp-fb: generic NACK. (RFC 4585 §4.2)</summary>
    public bool HasNack { get; init; }

    /// <summary>a=rtcp-fb: transport-cc.</summary>
    public bool HasTransportFeedback { get; init; }

    public static AudioFeatures Read(SdpMedia media, SdpAttributes session, byte opusPayloadType)
    {
        var opus = opusPayloadType.ToString(CultureInfo.InvariantCulture);
        var feedback = media.Attributes.All("rtcp-fb").Select(Words).Where(words => words is [var type, ..] && (type == opus || type == "*"))
            .Select(words => string.Join(' ', words[1..])).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new AudioFeatures
        {
            Opus = OpusParameters.Parse(ParametersOf(media, opus) ?? "")
                .WithPacketTimes(media.Attributes.First("ptime"), media.Attributes.First("maxptime")),
            RedPayloadType = FindRed(media, opus),
            SilentPayloadTypes = FindSilent(media),
            Extensions = ReadExtensions(media),
            AllowsMixedExtensions = media.Attributes.Has("extmap-allow-mixed") || session.Has("extmap-allow-mixed"),
            HasNack = feedback.Contains("nack"),
            HasTransportFeedback = feedback.Contains("transport-cc"),
        };
    }

    /// <summary>Extensions with a direction of their own are not taken up: the answer may leave out what it likes. (RFC 8285 §7)</summary>
    private static HeaderExtensionMap ReadExtensions(SdpMedia media)
    {
        var map = default(HeaderExtensionMap);
        foreach (var value in media.Attributes.All("extmap"))
            if (Words(value) is [var id, var uri, ..] && byte.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != 15)
                map = map.With(uri, number);
        return map;
    }

    /// <summary>libwebrtc's form: a=rtpmap red/48000/2 with a=fmtp "111/111", where every level is Opus. (RFC 2198 §5)</summary>
    private static byte? FindRed(SdpMedia media, string opus)
    {
        foreach (var (format, encoding) in FormatsOf(media))
            if (encoding.Equals("red/48000/2", StringComparison.OrdinalIgnoreCase)
                && ParametersOf(media, format.ToString(CultureInfo.InvariantCulture))?.Split('/') is { Length: >= 2 } levels
                && levels.All(level => level.Trim() == opus))
                return format;
        return null;
    }

    private static UInt128 FindSilent(SdpMedia media)
    {
        var types = UInt128.Zero;
        foreach (var (format, encoding) in FormatsOf(media))
            if (encoding.StartsWith("CN/", StringComparison.OrdinalIgnoreCase) || encoding.StartsWith("telephone-event/", StringComparison.OrdinalIgnoreCase))
                types |= UInt128.One << format;
        // 13 is comfort noise also without a=rtpmap. (RFC 3551 §6)
        if (media.Formats.Contains("13")) types |= UInt128.One << 13;
        return types;
    }

    /// <summary>The section's formats that are payload types and have an a=rtpmap.</summary>
    private static IEnumerable<(byte PayloadType, string Encoding)> FormatsOf(SdpMedia media)
    {
        foreach (var map in media.Attributes.All("rtpmap"))
            if (Words(map) is [var format, var encoding, ..] && media.Formats.Contains(format)
                && byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type) && type < 128)
                yield return (type, encoding);
    }

    private static string? ParametersOf(SdpMedia media, string format)
    {
        foreach (var value in media.Attributes.All("fmtp"))
        {
            var space = value.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && value[..space] == format) return value[(space + 1)..];
        }
        return null;
    }

    private static string[] Words(string value) => value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
