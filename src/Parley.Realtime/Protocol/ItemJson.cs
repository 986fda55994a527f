using System.Text.Json;
using Parley.Conversation;

namespace Parley.Realtime.Protocol;

/// <summary>Writes items in the GA shapes of the Realtime API.</summary>
internal static class ItemJson
{
    public static void Write(Utf8JsonWriter json, ConversationItem item)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id);
        json.WriteString("object", "realtime.item");
        switch (item)
        {
            case MessageItem message:
                WriteHead(json, "message", item.Status);
                WriteMessage(json, message);
                break;
            case ToolCallItem call:
                WriteHead(json, "function_call", item.Status);
                json.WriteString("name", call.Name);
                json.WriteString("call_id", call.CallId);
                json.WriteString("arguments", call.Arguments);
                break;
            case ToolOutputItem output:
                WriteHead(json, "function_call_output", item.Status);
                json.WriteString("call_id", output.CallId);
                json.WriteString("output", output.Output);
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, string type, ItemStatus status)
    {
        json.WriteString("type", type);
        json.WriteString("status", status switch
        {
            ItemStatus.InProgress => "in_progress",
            ItemStatus.Incomplete => "incomplete",
            _ => "completed",
        });
    }

    private static void WriteMessage(Utf8JsonWriter json, MessageItem message)
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
            json.WriteString("type", $"{direction}_{(part.Kind == ContentKind.Audio ? "audio" : "text")}");
            json.WriteString(part.Kind == ContentKind.Audio ? "transcript" : "text", part.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
