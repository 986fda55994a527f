namespace Parley.Rtc.Tests.Sdp;

/// <summary>Offers of many stacks, with names and addresses replaced; Offers/README.md says where each is from.</summary>
internal static class Offers
{
    private const string Extension = ".sdp";

    /// <summary>Every offer in the folder.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. typeof(Offers).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(Extension, StringComparison.Ordinal)).Select(name => name[..^Extension.Length]).Order(StringComparer.Ordinal)];

    /// <summary>Those that can be a call.</summary>
    public static IEnumerable<string> WithAudio => All.Where(name => !name.EndsWith("-data-only", StringComparison.Ordinal));

    public static string Chromium => Read("chromium-audio-data");

    public static string Read(string name)
    {
        using var stream = typeof(Offers).Assembly.GetManifestResourceStream(name + Extension)!;
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
