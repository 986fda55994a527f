namespace Parley.Rtc.Tests.Sdp;

/// <summary>Offers of real browsers: Chromium 156 and Firefox 153 ESR, and of aiortc 1.4.0, with names and addresses replaced.</summary>
internal static class Offers
{
    public static readonly string[] All =
    [
        "chromium-audio-data", "chromium-no-candidates", "chromium-audio-only", "chromium-audio-video-data", "chromium-max-bundle",
        "firefox-audio-data", "firefox-audio-only", "aiortc-audio-data", "aiortc-audio-video-data",
    ];

    public static string Chromium => Read("chromium-audio-data");

    public static string Read(string name)
    {
        using var stream = typeof(Offers).Assembly.GetManifestResourceStream(name + ".sdp")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Each m-section of a description with its lines, after the session part.</summary>
    public static (string[] Session, List<string[]> Sections) Split(string sdp)
    {
        var lines = sdp.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var sections = new List<List<string>> { new() };
        foreach (var line in lines)
        {
            if (line.StartsWith("m=", StringComparison.Ordinal)) sections.Add([]);
            sections[^1].Add(line);
        }
        return ([.. sections[0]], [.. sections.Skip(1).Select(section => section.ToArray())]);
    }

    public static string Join(IEnumerable<string> session, IEnumerable<string[]> sections) =>
        string.Concat(session.Concat(sections.SelectMany(section => section)).Select(line => line + "\r\n"));

    public static string WithoutLines(string sdp, string prefix) =>
        string.Concat(sdp.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line + "\r\n"));
}
