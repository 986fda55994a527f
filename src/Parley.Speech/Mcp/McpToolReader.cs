using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Parley.Conversation;

namespace Parley.Speech.Mcp;

/// <summary>Takes a tool as its server describes it, as far as that is bounded.</summary>
internal static class McpToolReader
{
    private const int MaxNameLength = 256;
    private const int MaxDescriptionLength = 4096;
    private const int MaxSchemaLength = 64 * 1024;

    /// <exception cref="McpException">Its description is too long for any model.</exception>
    public static McpTool Read(Tool tool)
    {
        var schema = tool.InputSchema.GetRawText();
        if (tool.Name.Length > MaxNameLength || schema.Length > MaxSchemaLength)
            throw new McpProtocolException($"The tool '{tool.Name[..Math.Min(tool.Name.Length, 64)]}' has a name or a schema that is too long for a model.", McpErrorCode.InternalError);
        var description = tool.Description ?? tool.Title ?? "";
        return new McpTool(tool.Name, description[..Math.Min(description.Length, MaxDescriptionLength)], schema,
            tool.Annotations is null ? null : JsonSerializer.Serialize(tool.Annotations, McpJsonUtilities.DefaultOptions),
            IsReadOnly: tool.Annotations?.ReadOnlyHint == true);
    }
}
