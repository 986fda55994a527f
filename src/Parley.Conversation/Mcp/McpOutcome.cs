namespace Parley.Conversation;

/// <summary>What became of asking a server for its tools, or of calling one.</summary>
public abstract record McpOutcome;

public sealed record McpToolsListed(IReadOnlyList<McpTool> Tools) : McpOutcome;

public sealed record McpToolCalled(string Output) : McpOutcome;

public sealed record McpFailed(McpError Error) : McpOutcome;
