namespace Parley.Conversation;

/// <summary>Why a tool's server gave no answer, or its tool none.</summary>
/// <param name="Code">A status of HTTP or an error code of the protocol; null for <see cref="McpErrorKind.ToolExecution"/>.</param>
public sealed record McpError(McpErrorKind Kind, int? Code, string Message)
{
    public static McpError Http(int status, string message) => new(McpErrorKind.Http, status, message);

    public static McpError Protocol(int code, string message) => new(McpErrorKind.Protocol, code, message);

    public static McpError ToolExecution(string message) => new(McpErrorKind.ToolExecution, null, message);
}

public enum McpErrorKind { Http, Protocol, ToolExecution }
