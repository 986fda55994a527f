namespace Parley.Rtc.Sdp;

/// <summary>The a= lines of the session level or of one m-section, in order. (RFC 8866 §5.13)</summary>
internal sealed class SdpAttributes
{
    private readonly List<(string Name, string Value)> _attributes = [];

    public void Add(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        _attributes.Add(colon < 0 ? (line.Trim().ToString(), "") : (line[..colon].ToString(), line[(colon + 1)..].Trim().ToString()));
    }

    public bool Has(string name) => First(name) is not null;

    /// <summary>The value of the first attribute of this name, "" for a flag, null when there is none.</summary>
    public string? First(string name)
    {
        foreach (var attribute in _attributes)
            if (attribute.Name == name) return attribute.Value;
        return null;
    }

    public IEnumerable<string> All(string name)
    {
        foreach (var attribute in _attributes)
            if (attribute.Name == name) yield return attribute.Value;
    }
}
