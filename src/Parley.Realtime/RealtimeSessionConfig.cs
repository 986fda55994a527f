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

    /// <summary>A reply waits this long for the transcripts that it answers; then it fails and the call lives on.</summary>
    public TimeSpan TranscriptTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
