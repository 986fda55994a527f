using Parley.Conversation;

namespace Parley.Realtime.Mcp;

/// <summary>A tool of an MCP server, as it is offered to a chat model.</summary>
/// <param name="ModelName">Its name there.</param>
/// <param name="NeedsApproval">The client is asked before it is called.</param>
internal sealed record OfferedTool(string ModelName, McpServer Server, McpTool Tool, bool NeedsApproval);
