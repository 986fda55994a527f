namespace Parley.Relay.Configuration;

/// <summary>A file had changed.</summary>
/// <param name="Name">The file's.</param>
/// <param name="Refusal">Null: its new content is in use. Else: why the old one still is.</param>
public readonly record struct FileReload(string Name, string? Refusal);
