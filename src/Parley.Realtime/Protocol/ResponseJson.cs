using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Items;
using Parley.Realtime.Replies;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Protocol;

/// <summary>Writes the <c>response</c> object.</summary>
internal static class ResponseJson
{
    public static void Write(Utf8JsonWriter json, Response response, string conversationId)
    {
        json.WriteStartObject();
        json.WriteString("object", "realtime.response");
        json.WriteString("id", response.Id);
        json.WriteString("status", response.Status switch
        {
            ResponseStatus.Completed => "completed",
            ResponseStatus.Cancelled => "cancelled",
            ResponseStatus.Failed => "failed",
            ResponseStatus.Incomplete => "incomplete",
            _ => "in_progress",
        });
        WriteStatusDetails(json, response);
        json.WriteStartArray("output");
        foreach (var item in response.Output) ItemJson.Write(json, item);
        json.WriteEndArray();
        json.WriteString("conversation_id", response.Options.IsOutOfBand ? null : conversationId);
        SessionSettingsWriter.WriteModalities(json, response.Options.Settings.IsSpoken);
        SessionSettingsWriter.WriteMaxOutputTokens(json, response.Options.Settings.MaxOutputTokens);
        json.WriteStartObject("audio");
        SessionSettingsWriter.WriteOutput(json, response.Options.Settings, withSpeed: false);
        json.WriteEndObject();
        json.WritePropertyName("metadata");
        json.WriteRawValue(response.Options.MetadataJson ?? "null");
        WriteUsage(json, response.Usage);
        json.WriteEndObject();
    }

    private static void WriteStatusDetails(Utf8JsonWriter json, Response response)
    {
        var (type, reason) = response.Status switch
        {
            ResponseStatus.Cancelled => ("cancelled", response.CancelReason == CancelReason.TurnDetected ? "turn_detected" : "client_cancelled"),
            ResponseStatus.Failed => ("failed", null),
            ResponseStatus.Incomplete => ("incomplete", response.Limit == ReplyLimit.ContentFilter ? "content_filter" : "max_output_tokens"),
            _ => (null, null),
        };
        if (type is null)
        {
            json.WriteNull("status_details");
            return;
        }
        json.WriteStartObject("status_details");
        json.WriteString("type", type);
        if (reason is not null) json.WriteString("reason", reason);
        if (response.Error is { } error)
        {
            json.WriteStartObject("error");
            json.WriteString("type", error.Type);
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, ResponseUsage? usage)
    {
        if (usage is not { } tokens)
        {
            json.WriteNull("usage");
            return;
        }
        json.WriteStartObject("usage");
        json.WriteNumber("total_tokens", tokens.Input + tokens.Output);
        json.WriteNumber("input_tokens", tokens.Input);
        json.WriteNumber("output_tokens", tokens.Output);
        json.WriteStartObject("input_token_details");
        json.WriteNumber("text_tokens", tokens.InputText);
        json.WriteNumber("audio_tokens", tokens.InputAudio);
        json.WriteNumber("image_tokens", 0);
        json.WriteNumber("cached_tokens", tokens.CachedInputText);
        json.WriteStartObject("cached_tokens_details");
        json.WriteNumber("text_tokens", tokens.CachedInputText);
        json.WriteNumber("audio_tokens", 0);
        json.WriteNumber("image_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("output_token_details");
        json.WriteNumber("text_tokens", tokens.OutputText);
        json.WriteNumber("audio_tokens", tokens.OutputAudio);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
