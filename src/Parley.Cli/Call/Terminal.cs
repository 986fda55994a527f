namespace Parley.Cli.Call;

/// <summary>What a server sent, made fit to be printed.</summary>
internal static class Terminal
{
    private const int MaxLength = 500;

    /// <summary>Without line ends and control characters, which could steer the terminal.</summary>
    public static string OneLine(string text)
    {
        var line = string.Concat(text.Take(MaxLength).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length > MaxLength ? line + "…" : line;
    }
}
