using System.Text.Json;
using Parley.Conversation;

namespace Parley.Realtime.Settings;

/// <summary>Writes the fields of an effective <c>session</c> object, in the GA shapes.</summary>
internal static class SessionSettingsWriter
{
    public static void WriteFields(Utf8JsonWriter json, SessionSettings settings)
    {
        if (settings.Kind == SessionKind.Transcription)
        {
            WriteInclude(json, settings.IncludesLogprobs);
            json.WriteStartObject("audio");
            WriteInput(json, settings);
            json.WriteEndObject();
            return;
        }
        json.WriteString("model", settings.Model);
        WriteModalities(json, settings.IsSpoken);
        json.WriteString("instructions", settings.Instructions);
        WriteTools(json, settings);
        WriteToolChoice(json, settings.ToolChoice);
        WriteMaxOutputTokens(json, settings.MaxOutputTokens);
        WriteTracing(json, settings.Tracing);
        WriteTruncation(json, settings.Truncation);
        json.WriteNull("prompt");
        WriteInclude(json, settings.IncludesLogprobs);
        if (settings.ParallelToolCalls is { } parallel) json.WriteBoolean("parallel_tool_calls", parallel);
        WriteReasoning(json, settings.ReasoningEffort);

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
        WriteTranscription(json, "transcription", settings.Transcription);
        WriteNoiseReduction(json, "noise_reduction", settings.NoiseReduction);
        WriteTurnDetection(json, settings.TurnDetection);
        json.WriteEndObject();
    }

    public static void WriteTranscription(Utf8JsonWriter json, string name, TranscriptionSettings? transcription)
    {
        if (transcription is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        if (transcription.Model is not null) json.WriteString("model", transcription.Model);
        if (transcription.Language is not null) json.WriteString("language", transcription.Language);
        WriteNames(json, "languages", transcription.Languages);
        WriteNames(json, "keywords", transcription.Keywords);
        if (transcription.Prompt is not null) json.WriteString("prompt", transcription.Prompt);
        if (transcription.Delay is not null) json.WriteString("delay", transcription.Delay);
        json.WriteEndObject();
    }

    public static void WriteNoiseReduction(Utf8JsonWriter json, string name, string? type)
    {
        if (type is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteString("type", type);
        json.WriteEndObject();
    }

    public static void WriteTracing(Utf8JsonWriter json, TracingSettings? tracing)
    {
        if (tracing is null || tracing == TracingSettings.Auto)
        {
            json.WriteString("tracing", tracing is null ? null : "auto");
            return;
        }
        json.WriteStartObject("tracing");
        if (tracing.WorkflowName is not null) json.WriteString("workflow_name", tracing.WorkflowName);
        if (tracing.GroupId is not null) json.WriteString("group_id", tracing.GroupId);
        if (tracing.MetadataJson is not null) WriteRaw(json, "metadata", tracing.MetadataJson);
        json.WriteEndObject();
    }

    public static void WriteTruncation(Utf8JsonWriter json, Truncation truncation)
    {
        if (truncation.Kind != TruncationKind.RetentionRatio)
        {
            json.WriteString("truncation", truncation.Kind == TruncationKind.Auto ? "auto" : "disabled");
            return;
        }
        json.WriteStartObject("truncation");
        json.WriteString("type", "retention_ratio");
        json.WriteNumber("retention_ratio", truncation.RetentionRatio);
        if (truncation.PostInstructionsTokens is { } limit)
        {
            json.WriteStartObject("token_limits");
            json.WriteNumber("post_instructions", limit);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    public static void WriteInclude(Utf8JsonWriter json, bool includesLogprobs)
    {
        if (includesLogprobs) WriteNames(json, "include", ["item.input_audio_transcription.logprobs"]);
        else json.WriteNull("include");
    }

    private static void WriteReasoning(Utf8JsonWriter json, ReasoningEffort? effort)
    {
        if (effort is null) return;
        json.WriteStartObject("reasoning");
        json.WriteString("effort", effort switch
        {
            ReasoningEffort.Minimal => "minimal",
            ReasoningEffort.Low => "low",
            ReasoningEffort.Medium => "medium",
            ReasoningEffort.High => "high",
            _ => "xhigh",
        });
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string name, IReadOnlyList<string>? names)
    {
        if (names is null) return;
        json.WriteStartArray(name);
        foreach (var entry in names) json.WriteStringValue(entry);
        json.WriteEndArray();
    }

    public static void WriteTurnDetection(Utf8JsonWriter json, TurnDetectionSettings? turns)
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

    public static void WriteTools(Utf8JsonWriter json, SessionSettings settings)
    {
        json.WriteStartArray("tools");
        foreach (var tool in settings.Tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            WriteRaw(json, "parameters", tool.ParametersJson);
            json.WriteEndObject();
        }
        foreach (var tool in settings.McpTools) McpToolWriter.Write(json, tool);
        json.WriteEndArray();
    }

    public static void WriteToolChoice(Utf8JsonWriter json, ToolChoice choice)
    {
        if (choice.Mode is ToolChoiceMode.Function or ToolChoiceMode.Mcp)
        {
            json.WriteStartObject("tool_choice");
            json.WriteString("type", choice.Mode == ToolChoiceMode.Mcp ? "mcp" : "function");
            if (choice.ServerLabel is { } label) json.WriteString("server_label", label);
            if (choice.FunctionName is { } name) json.WriteString("name", name);
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
