using Parley.Conversation;

namespace Parley.Speech.Mcp;

/// <summary>The way to MCP servers. Thread-safe; one serves all calls.</summary>
public interface IMcpConnector
{
    /// <summary>For one call, which disposes of it at its end.</summary>
    IMcpConnections Open();
}

/// <summary>One call's connections to the MCP servers that its client named. Thread-safe. Failures are outcomes; the only exception is that of a cancellation.</summary>
public interface IMcpConnections : IAsyncDisposable
{
    Task<McpOutcome> ListToolsAsync(McpServer server, CancellationToken cancellationToken);

    /// <param name="arguments">A JSON object.</param>
    Task<McpOutcome> CallToolAsync(McpServer server, string tool, string arguments, CancellationToken cancellationToken);
}
