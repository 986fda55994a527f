using System.Text.Json;
using Parley.Conversation;

namespace Parley.Realtime.Settings;

/// <summary>Writes the fields of an effective <c>session</c> object, in the GA shapes.</summary>
internal static class SessionSettingsWriter
{
    public static void WriteFields(Utf8JsonWriter json, SessionSettings settings)
    {
        json.WriteString("model", settings.Model);
        WriteModalities(json, settings.IsSpoken);
        json.WriteString("instructions", settings.Instructions);
        WriteTools(json, settings.Tools);
        WriteToolChoice(json, settings.ToolChoice);
        WriteMaxOutputTokens(json, settings.MaxOutputTokens);
        WriteRaw(json, "tracing", settings.Echoed.Tracing ?? "null");
        WriteRaw(json, "truncation", settings.Echoed.Truncation ?? "\"auto\"");
        WriteRaw(json, "prompt", "null");
        WriteRaw(json, "include", settings.Echoed.Include ?? "null");
        if (settings.Echoed.ParallelToolCalls is { } parallel) WriteRaw(json, "parallel_tool_calls", parallel);
        if (settings.Echoed.Reasoning is { } reasoning) WriteRaw(json, "reasoning", reasoning);

        json.WriteStartObject("audio");
        WriteInput(json, settings);
        WriteOutput(json, settings, withSpeed: true);
        json.WriteEndObject();
    }

    public static void WriteModalities(Utf8JsonWriter json, bool isSpoken)
    {
        json.WriteStartArray("output_modalities");
        json.WriteStringValue(isSpoken ? "audio" : "text");
        json.WriteEndArray();
    }

    public static void WriteMaxOutputTokens(Utf8JsonWriter json, int? limit)
    {
        if (limit is { } tokens) json.WriteNumber("max_output_tokens", tokens);
        else json.WriteString("max_output_tokens", "inf");
    }

    /// <summary>The <c>output</c> object of <c>audio</c>.</summary>
    public static void WriteOutput(Utf8JsonWriter json, SessionSettings settings, bool withSpeed)
    {
        json.WriteStartObject("output");
        WriteFormat(json, settings.OutputFormat);
        json.WriteString("voice", settings.Voice);
        if (withSpeed) json.WriteNumber("speed", settings.Speed);
        json.WriteEndObject();
    }

    private static void WriteInput(Utf8JsonWriter json, SessionSettings settings)
    {
        json.WriteStartObject("input");
        WriteFormat(json, settings.InputFormat);
        if (settings.Transcription is { } transcription)
        {
            json.WriteStartObject("transcription");
            if (transcription.Model is not null) json.WriteString("model", transcription.Model);
            if (transcription.Language is not null) json.WriteString("language", transcription.Language);
            if (transcription.Prompt is not null) json.WriteString("prompt", transcription.Prompt);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("transcription");
        }
        if (settings.NoiseReduction is { } noiseReduction)
        {
            json.WriteStartObject("noise_reduction");
            json.WriteString("type", noiseReduction);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("noise_reduction");
        }
        WriteTurnDetection(json, settings.TurnDetection);
        json.WriteEndObject();
    }

    private static void WriteTurnDetection(Utf8JsonWriter json, TurnDetectionSettings? turns)
    {
        if (turns is null)
        {
            json.WriteNull("turn_detection");
            return;
        }
        json.WriteStartObject("turn_detection");
        if (turns.Kind == TurnDetectionKind.SemanticVad)
        {
            json.WriteString("type", "semantic_vad");
            json.WriteString("eagerness", turns.Eagerness switch
            {
                Eagerness.Low => "low",
                Eagerness.Medium => "medium",
                Eagerness.High => "high",
                _ => "auto",
            });
        }
        else
        {
            json.WriteString("type", "server_vad");
            json.WriteNumber("threshold", turns.Threshold);
            json.WriteNumber("prefix_padding_ms", (long)turns.PrefixPadding.TotalMilliseconds);
            json.WriteNumber("silence_duration_ms", (long)turns.SilenceDuration.TotalMilliseconds);
            if (turns.IdleTimeout is { } idle) json.WriteNumber("idle_timeout_ms", (long)idle.TotalMilliseconds);
            else json.WriteNull("idle_timeout_ms");
        }
        json.WriteBoolean("create_response", turns.CreatesResponse);
        json.WriteBoolean("interrupt_response", turns.InterruptsResponse);
        json.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter json, AudioFormat format)
    {
        json.WriteStartObject("format");
        json.WriteString("type", format.Type);
        if (format.Rate is { } rate) json.WriteNumber("rate", rate);
        json.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<FunctionTool> tools)
    {
        json.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            WriteRaw(json, "parameters", tool.ParametersJson);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteToolChoice(Utf8JsonWriter json, ToolChoice choice)
    {
        if (choice.Mode == ToolChoiceMode.Function)
        {
            json.WriteStartObject("tool_choice");
            json.WriteString("type", "function");
            json.WriteString("name", choice.FunctionName);
            json.WriteEndObject();
            return;
        }
        json.WriteString("tool_choice", choice.Mode switch
        {
            ToolChoiceMode.None => "none",
            ToolChoiceMode.Required => "required",
            _ => "auto",
        });
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }
}
