namespace Parley.Conversation;

/// <summary>Everything that a model needs to answer: an immutable snapshot, safe to hand to another thread.</summary>
public sealed record ReplyRequest(string ResponseId, IReadOnlyList<ConversationItem> History)
{
    public string Instructions { get; init; } = "";

    public IReadOnlyList<FunctionTool> Tools { get; init; } = [];

    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>False: at most one call at a time. Null: as the model likes.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>How hard the model is to think; null: as it likes.</summary>
    public ReasoningEffort? ReasoningEffort { get; init; }

    /// <summary>True: the reply is spoken, and the text deltas are its transcript. False: text only.</summary>
    public bool IsSpoken { get; init; } = true;

    public string Voice { get; init; } = "";

    /// <summary>Speech rate, 1 is normal.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Null: no limit.</summary>
    public int? MaxOutputTokens { get; init; }
}

/// <summary>A function that the model may call; <paramref name="ParametersJson"/> is its JSON schema.</summary>
public sealed record FunctionTool(string Name, string Description, string ParametersJson);

/// <summary>Mode is auto, none, required, a function by name, or a tool of an MCP server: of that name, or any of them.</summary>
public sealed record ToolChoice(ToolChoiceMode Mode, string? FunctionName = null, string? ServerLabel = null)
{
    public static readonly ToolChoice Auto = new(ToolChoiceMode.Auto);
}

public enum ToolChoiceMode { Auto, None, Required, Function, Mcp }
