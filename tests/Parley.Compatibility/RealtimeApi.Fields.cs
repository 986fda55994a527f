namespace Parley.Compatibility;

public static partial class RealtimeApi
{
    /// <summary>Of <c>session.update</c>, of a call's <c>session</c> and of a client secret's.</summary>
    public static IReadOnlyList<string> SessionFields =>
    [
        "type",
        "model",
        "output_modalities",
        "instructions",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "reasoning",
        "max_output_tokens",
        "include",
        "tracing",
        "truncation",
        "prompt",
        "audio.input.format",
        "audio.input.transcription",
        "audio.input.noise_reduction",
        "audio.input.turn_detection",
        "audio.output.format",
        "audio.output.voice",
        "audio.output.speed",
    ];

    public static IReadOnlyList<string> TranscriptionFields => ["model", "language", "languages", "prompt", "keywords", "delay"];

    public static IReadOnlyList<string> ServerVadFields =>
        ["type", "threshold", "prefix_padding_ms", "silence_duration_ms", "idle_timeout_ms", "create_response", "interrupt_response"];

    public static IReadOnlyList<string> SemanticVadFields => ["type", "eagerness", "create_response", "interrupt_response"];

    /// <summary>Of <c>response.create</c>.</summary>
    public static IReadOnlyList<string> ResponseFields =>
    [
        "conversation",
        "input",
        "instructions",
        "output_modalities",
        "audio.output.format",
        "audio.output.voice",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "reasoning",
        "max_output_tokens",
        "metadata",
        "prompt",
    ];

    private static IEnumerable<ApiElement> SessionElements =>
    [
        .. Of(ApiPart.SessionField, SessionFields.Where(name => name is not ("audio.input.transcription" or "audio.input.turn_detection" or "prompt"))),
        new ApiElement(ApiPart.SessionField, "prompt", NoPrompts),
        .. Of(ApiPart.SessionField, TranscriptionFields.Select(name => $"audio.input.transcription.{name}")),
        new ApiElement(ApiPart.SessionField, "audio.input.turn_detection: null"),
        .. Of(ApiPart.SessionField, ServerVadFields.Where(name => name != "type").Select(name => $"audio.input.turn_detection.{name}").Prepend("audio.input.turn_detection: server_vad")),
        .. Of(ApiPart.SessionField, ["audio.input.turn_detection: semantic_vad", "audio.input.turn_detection.eagerness"]),
        new ApiElement(ApiPart.SessionField, "type: transcription", "a session that only transcribes"),
    ];

    private static IEnumerable<ApiElement> ResponseElements =>
        ResponseFields.Select(name => new ApiElement(ApiPart.ResponseField, name, name == "prompt" ? NoPrompts : null));

    private static IEnumerable<ApiElement> Items => Of(ApiPart.Item,
    [
        "message, system: input_text",
        "message, user: input_text",
        "message, user: input_audio",
        "message, user: input_image",
        "message, assistant: output_text",
        "message, assistant: output_audio",
        "function_call",
        "function_call_output",
        "mcp_list_tools",
        "mcp_call",
        "mcp_approval_request",
        "mcp_approval_response",
        "item_reference",
    ]);
}
