namespace Parley.Compatibility;

/// <summary>This test shows that these things of the API work; it would fail if one of them did not.</summary>
/// <param name="part">What kind of thing they are.</param>
/// <param name="names">Their names in <see cref="RealtimeApi"/>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ShowsAttribute(ApiPart part, params string[] names) : Attribute
{
    public ApiPart Part { get; } = part;

    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>What of them is missing, where not all of it works. Null: all of it does.</summary>
    public string? Partly { get; set; }
}
