namespace Parley.EndToEnd.Tests.Compatibility;

/// <summary>What one run showed of one stack; what it did not show is null.</summary>
internal sealed record CompatibilityRow
{
    public required string Stack { get; init; }

    public string? Version { get; init; }

    /// <summary>The cells after the stack and its version, by column.</summary>
    public required IReadOnlyDictionary<string, string> Cells { get; init; }
}
