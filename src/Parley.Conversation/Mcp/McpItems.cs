namespace Parley.Conversation;

/// <summary>The tools of a server. In progress until it has told them.</summary>
public sealed record McpListToolsItem(string Id, string ServerLabel, IReadOnlyList<McpTool> Tools) : ConversationItem(Id);

/// <summary>
/// A call of a server's tool. In progress while the model writes its arguments, completed when they are whole; whether the tool has
/// answered is another matter.
/// </summary>
public sealed record McpCallItem(string Id, string ServerLabel, string Name, string Arguments) : ConversationItem(Id)
{
    /// <summary>The name by which the chat model knows the tool.</summary>
    public string ModelName { get; init; } = Name;

    /// <summary>The approval that it waits for or has got; null: it needs none.</summary>
    public string? ApprovalRequestId { get; init; }

    public string? Output { get; init; }

    public McpError? Error { get; init; }

    /// <summary>Its place in the output of its response.</summary>
    public int OutputIndex { get; init; }

    /// <summary>The tool has answered, or will not.</summary>
    public bool IsSettled => Output is not null || Error is not null;
}

/// <summary>The client is asked whether a call may be made.</summary>
public sealed record McpApprovalRequestItem(string Id, string ServerLabel, string Name, string Arguments) : ConversationItem(Id);

public sealed record McpApprovalResponseItem(string Id, string ApprovalRequestId, bool IsApproved, string? Reason) : ConversationItem(Id);
