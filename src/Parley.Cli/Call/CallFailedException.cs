namespace Parley.Cli.Call;

/// <summary>The call cannot be made; the message is for the user.</summary>
/// <param name="isMisuse">It is the command line's fault, not the network's or the server's.</param>
internal sealed class CallFailedException(string message, bool isMisuse = false) : Exception(message)
{
    public bool IsMisuse => isMisuse;

    /// <summary>The failure's name, for who counts many.</summary>
    public string Kind { get; init; } = "failed";

    /// <summary>After how long the server wants to be asked again; null: it did not say that it helps.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
