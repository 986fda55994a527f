using System.Text.Json;
using Parley.Conversation;

namespace Parley.Realtime.Items;

/// <summary>Writes items in the GA shapes of the Realtime API.</summary>
internal static class ItemJson
{
    /// <summary>Without sound and pictures: clients that want those retrieve the item.</summary>
    public static void Write(Utf8JsonWriter json, ConversationItem item) => Write(json, item, isWhole: false, audio: null);

    /// <summary>With everything.</summary>
    /// <param name="audio">The bytes of its first audio part; null: there are none, or they would be too many.</param>
    public static void WriteWhole(Utf8JsonWriter json, ConversationItem item, byte[]? audio) => Write(json, item, isWhole: true, audio);

    private static void Write(Utf8JsonWriter json, ConversationItem item, bool isWhole, byte[]? audio)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id);
        switch (item)
        {
            case MessageItem message:
                WriteHead(json, "message", item.Status);
                WriteMessage(json, message, isWhole, audio);
                break;
            case ToolCallItem call:
                WriteHead(json, "function_call", item.Status);
                json.WriteString("name", call.Name);
                json.WriteString("call_id", call.CallId);
                json.WriteString("arguments", call.Arguments);
                break;
            case McpListToolsItem list:
                McpItemJson.WriteTools(json, list);
                break;
            case McpCallItem call:
                McpItemJson.WriteCall(json, call);
                break;
            case McpApprovalRequestItem request:
                McpItemJson.WriteApprovalRequest(json, request);
                break;
            case McpApprovalResponseItem response:
                McpItemJson.WriteApprovalResponse(json, response);
                break;
            case ToolOutputItem output:
                WriteHead(json, "function_call_output", item.Status);
                json.WriteString("call_id", output.CallId);
                json.WriteString("output", output.Output);
                break;
        }
        json.WriteEndObject();
    }

    /// <summary>The API's MCP items have neither an object nor a status.</summary>
    private static void WriteHead(Utf8JsonWriter json, string type, ItemStatus status)
    {
        json.WriteString("object", "realtime.item");
        json.WriteString("type", type);
        json.WriteString("status", status switch
        {
            ItemStatus.InProgress => "in_progress",
            ItemStatus.Incomplete => "incomplete",
            _ => "completed",
        });
    }

    private static void WriteMessage(Utf8JsonWriter json, MessageItem message, bool isWhole, byte[]? audio)
    {
        json.WriteString("role", message.Role switch
        {
            MessageRole.System => "system",
            MessageRole.User => "user",
            _ => "assistant",
        });
        var direction = message.Role == MessageRole.Assistant ? "output" : "input";
        json.WriteStartArray("content");
        foreach (var part in message.Content)
        {
            json.WriteStartObject();
            switch (part.Kind)
            {
                case ContentKind.Audio:
                    json.WriteString("type", $"{direction}_audio");
                    json.WriteString("transcript", part.Text);
                    if (audio is not null) json.WriteBase64String("audio", audio);
                    audio = null;
                    break;
                case ContentKind.Image:
                    json.WriteString("type", "input_image");
                    if (isWhole) json.WriteString("image_url", part.ImageUrl);
                    break;
                default:
                    json.WriteString("type", $"{direction}_text");
                    json.WriteString("text", part.Text);
                    break;
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
