using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Mcp;

/// <summary>What is known of one server's tools.</summary>
/// <param name="itemId">The <c>mcp_list_tools</c> item.</param>
internal sealed class McpListing(string itemId, McpToolSettings settings)
{
    public string ItemId { get; } = itemId;

    public McpServer Server { get; } = settings.Server;

    public McpToolFilter? Allowed { get; } = settings.Allowed;

    /// <summary>Null as long as the server has not told.</summary>
    public IReadOnlyList<McpTool>? Tools { get; set; }

    public bool IsOf(McpToolSettings settings) => Server.Equals(settings.Server) && Equals(Allowed, settings.Allowed);
}
