using Parley.Realtime.Settings;

namespace Parley.Realtime;

/// <summary>What a session is born with. Validated by those who make its parts; immutable.</summary>
public sealed record RealtimeSessionConfig
{
    /// <summary>Wall-clock time at the session's birth; <c>expires_at</c> is counted from it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How audio travels between client and session.</summary>
    public AudioPath AudioPath { get; init; } = AudioPath.Media;

    /// <summary>What <c>session.created</c> shows; the client changes it by <c>session.update</c>.</summary>
    public SessionSettings Settings { get; init; } = SessionSettings.Default;

    /// <summary>After this the client gets <c>session_expired</c> and the call ends.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>
    /// So long before its end the session tells the client of it by <c>parley.session.expiring</c>; null, or more than the session has:
    /// it does not.
    /// </summary>
    public TimeSpan? ExpiryWarning { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Bytes of sound of the conversation's items that are kept for <c>conversation.item.retrieve</c>: a second of the user takes 32 kB,
    /// one of the assistant 48 kB. When there is more, that of the oldest items goes first.
    /// </summary>
    public int MaxItemAudioSize { get; init; } = 2 * 1024 * 1024;

    /// <summary>Bytes of the longest event that the client takes. An item that would be longer is told without its sound.</summary>
    public int MaxServerEventLength { get; init; } = int.MaxValue;

    /// <summary>
    /// Tokens of instructions, tools and conversation that the chat model takes: its context less what it may write. What is longer
    /// is cut by <see cref="SessionSettings.Truncation"/>.
    /// </summary>
    public int MaxInputTokens { get; init; } = 28_224;

    /// <summary>What <c>rate_limits.updated</c> tells; null: there are no limits, and its list is empty.</summary>
    public IRateLimits? RateLimits { get; init; }

    /// <summary>A reply waits this long for the transcripts that it answers; then it fails and the call lives on.</summary>
    public TimeSpan TranscriptTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
