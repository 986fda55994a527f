using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Parley.Rtc.Sdp;

/// <summary>
/// A session description cut into lines, attributes and m-sections, without judging what they mean. Unknown lines and
/// attributes are kept out of the way, not refused. LF alone is taken as a line end, too. (RFC 8866 §5)
/// </summary>
internal sealed class SdpDocument
{
    private SdpDocument() { }

    public SdpAttributes Attributes { get; } = new();

    public List<SdpMedia> Media { get; } = [];

    public static bool TryParse(
        string text, [NotNullWhen(true)] out SdpDocument? document, [NotNullWhen(false)] out SdpError? error)
    {
        document = null;
        if (text.Length > SdpError.MaxLength)
        {
            error = SdpError.TooLong;
            return false;
        }
        if (text.AsSpan().Trim().IsEmpty)
        {
            error = SdpError.Empty;
            return false;
        }
        var parsed = new SdpDocument();
        error = parsed.Read(text);
        if (error is not null) return false;
        document = parsed;
        return true;
    }

    private SdpError? Read(string text)
    {
        var number = 0;
        var attributes = Attributes;
        foreach (var raw in text.AsSpan().TrimEnd().EnumerateLines())
        {
            number++;
            if (raw.Length < 2 || raw[1] != '=' || !char.IsAsciiLetterLower(raw[0]))
                return SdpError.MalformedLine(number, "it is not of the form <letter>=<value>");
            var value = raw[2..];
            if (number == 1 && !raw.SequenceEqual("v=0")) return SdpError.MalformedLine(1, "a description starts with v=0");
            switch (raw[0])
            {
                case 'a':
                    attributes.Add(value);
                    break;
                case 'm':
                    if (!TryReadMedia(value, out var media)) return SdpError.MalformedLine(number, "m= takes a kind, a port, a protocol and formats");
                    Media.Add(media);
                    attributes = media.Attributes;
                    break;
            }
        }
        return null;
    }

    private static bool TryReadMedia(ReadOnlySpan<char> value, [NotNullWhen(true)] out SdpMedia? media)
    {
        media = null;
        var parts = value.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 4) return false;
        // "port/number of ports" is legal. (RFC 8866 §5.14)
        var portText = parts[1].Split('/', 2)[0];
        if (!ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;
        media = new SdpMedia { Kind = parts[0], Port = port, Protocol = parts[2], Formats = parts[3..] };
        return true;
    }
}
