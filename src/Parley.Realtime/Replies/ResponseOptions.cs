using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Replies;

/// <summary>How one response is to be made: the session's settings with what <c>response.create</c> overrides.</summary>
internal sealed record ResponseOptions(SessionSettings Settings)
{
    /// <summary>True: the response does not become part of the conversation (<c>"conversation":"none"</c>).</summary>
    public bool IsOutOfBand { get; init; }

    /// <summary>The items to answer in place of the conversation's; null: the conversation's.</summary>
    public IReadOnlyList<ConversationItem>? Input { get; init; }

    /// <summary>The response brought tools of its own.</summary>
    public bool HasOwnTools { get; init; }

    /// <summary>A JSON object of strings, or null.</summary>
    public string? MetadataJson { get; init; }
}
