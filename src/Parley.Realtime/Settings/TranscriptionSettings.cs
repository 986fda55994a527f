namespace Parley.Realtime.Settings;

/// <summary>How the user's words are written down.</summary>
/// <param name="Model">Kept and shown: the server's own recogniser does the work.</param>
/// <param name="Language">BCP 47 tag or null.</param>
/// <param name="Prompt">Words or style to expect, or null.</param>
public sealed record TranscriptionSettings(string? Model, string? Language, string? Prompt)
{
    /// <summary>Languages that may be spoken; null where the client named none.</summary>
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>Words to expect; null where the client named none.</summary>
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>Kept and shown: how long a streaming recogniser should wait for more context.</summary>
    public string? Delay { get; init; }

    /// <summary>The one language to listen for; null: there is none, or more than one.</summary>
    public string? OnlyLanguage => Language ?? (Languages is [var only] ? only : null);

    /// <summary>The prompt with the keywords, as recognisers take them; null: neither is given.</summary>
    public string? FullPrompt => Keywords is { Count: > 0 } keywords
        ? string.Join(' ', new[] { Prompt, string.Join(", ", keywords) }.Where(text => !string.IsNullOrEmpty(text)))
        : Prompt;
}
