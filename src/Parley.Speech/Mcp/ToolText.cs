using System.Text;
using ModelContextProtocol.Protocol;

namespace Parley.Speech.Mcp;

/// <summary>What a tool brought, in words: chat models are given no more. What is no text is named.</summary>
internal static class ToolText
{
    /// <summary>More than a conversation could bear.</summary>
    private const int MaxLength = 100_000;

    public static string Of(CallToolResult result)
    {
        var text = new StringBuilder();
        foreach (var block in result.Content)
        {
            if (text.Length > 0) text.Append('\n');
            text.Append(Of(block));
        }
        if (text.Length == 0 && result.StructuredContent is { } structured) text.Append(structured.GetRawText());
        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength) + "… [cut]";
    }

    private static string Of(ContentBlock block) => block switch
    {
        TextContentBlock text => text.Text,
        EmbeddedResourceBlock { Resource: TextResourceContents resource } => resource.Text,
        EmbeddedResourceBlock { Resource: { } resource } => $"[{resource.MimeType ?? "data"}: {resource.Uri}]",
        ResourceLinkBlock link => $"[{link.Name}: {link.Uri}]",
        ImageContentBlock image => $"[an image, {image.MimeType}]",
        AudioContentBlock audio => $"[a recording, {audio.MimeType}]",
        _ => $"[{block.Type}]",
    };
}
