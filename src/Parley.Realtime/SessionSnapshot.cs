using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime;

/// <summary>
/// A session without its connection: everything that <see cref="RealtimeSession.Resume"/> needs to go on. Immutable, and plain data,
/// so that it can be kept anywhere. It holds what was said: treat it as such.
/// </summary>
public sealed record SessionSnapshot
{
    public required string SessionId { get; init; }

    public required string ConversationId { get; init; }

    /// <summary>When the session is over, however often it is taken up again.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public required SessionSettings Settings { get; init; }

    /// <summary>The items of the conversation, in order. None is in progress; tool calls may be without their outputs.</summary>
    public required IReadOnlyList<ConversationItem> Items { get; init; }

    /// <summary>Their sound, as far as it was kept, the oldest first.</summary>
    public required IReadOnlyList<ItemRecording> Recordings { get; init; }

    /// <summary>Which of the items the assistant spoke, and where in the sound their words are: for a client that truncates one of them later.</summary>
    public required IReadOnlyList<SpokenReply> Replies { get; init; }

    /// <summary>The assistant was heard: its voice stays as it is.</summary>
    public required bool HasSpoken { get; init; }
}

/// <summary>The sound of one item: mono, 16 bit.</summary>
/// <param name="SampleRate">Hz.</param>
public sealed record ItemRecording(string ItemId, int SampleRate, ReadOnlyMemory<short> Samples);

/// <summary>How an item was spoken.</summary>
/// <param name="AudioDuration">The length of its sound, also where that is no longer kept.</param>
/// <param name="IsWhole">The sound speaks all of the text.</param>
public sealed record SpokenReply(string ItemId, TimeSpan AudioDuration, bool IsWhole, IReadOnlyList<SpokenMark> Marks);
