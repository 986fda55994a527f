namespace Parley.Conversation;

/// <summary>One entry of a conversation. Immutable: the log replaces an item to change it.</summary>
public abstract record ConversationItem(string Id)
{
    public ItemStatus Status { get; init; } = ItemStatus.Completed;
}

public enum ItemStatus { InProgress, Completed, Incomplete }

public enum MessageRole { System, User, Assistant }

/// <summary>Something that was written or spoken.</summary>
public sealed record MessageItem(string Id, MessageRole Role, IReadOnlyList<ContentPart> Content) : ConversationItem(Id)
{
    /// <summary>What was said, as text: texts and transcripts joined by spaces; parts whose transcript is not known are left out.</summary>
    public string Text => string.Join(' ', Content.Select(part => part.Text).Where(text => !string.IsNullOrEmpty(text)));
}

/// <summary>A tool call that a model asked for. Its outcome is the <see cref="ToolOutputItem"/> with the same <see cref="CallId"/>.</summary>
public sealed record ToolCallItem(string Id, string CallId, string Name, string Arguments) : ConversationItem(Id);

public sealed record ToolOutputItem(string Id, string CallId, string Output) : ConversationItem(Id);

public enum ContentKind { Text, Audio, Image }

/// <summary>Text, or audio with its transcript (null while it is not known), or an image.</summary>
public sealed record ContentPart(ContentKind Kind, string? Text)
{
    /// <summary>A <c>data:</c> URI with the picture; null for everything but an image.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>Length of the audio; zero where there is none, or where it is not known.</summary>
    public TimeSpan AudioDuration { get; init; }

    public static ContentPart Image(string url) => new(ContentKind.Image, null) { ImageUrl = url };
}
