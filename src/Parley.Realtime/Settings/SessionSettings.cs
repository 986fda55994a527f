using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>The effective configuration of a session: the <c>session</c> object of the Realtime API. Immutable.</summary>
public sealed record SessionSettings
{
    public static readonly SessionSettings Default = new();

    public SessionKind Kind { get; init; } = SessionKind.Realtime;

    /// <summary>Shown to clients and never changed by them: clients send it again with each update.</summary>
    public string Model { get; init; } = "parley";

    /// <summary>True: replies are spoken and have a transcript. False: text only.</summary>
    public bool IsSpoken { get; init; } = true;

    public string Instructions { get; init; } = "You are a helpful voice assistant. Answer briefly, as in a conversation.";

    public AudioFormat InputFormat { get; init; } = AudioFormat.Pcm24K;

    /// <summary>Null: transcripts are made for the reply but not sent to the client.</summary>
    public TranscriptionSettings? Transcription { get; init; }

    /// <summary><c>near_field</c>, <c>far_field</c> or null.</summary>
    public string? NoiseReduction { get; init; }

    /// <summary>Null: the client commits its turns itself (push to talk).</summary>
    public TurnDetectionSettings? TurnDetection { get; init; } = TurnDetectionSettings.ServerVad;

    public AudioFormat OutputFormat { get; init; } = AudioFormat.Pcm24K;

    public string Voice { get; init; } = "alloy";

    /// <summary>Speech rate, 0.25…1.5.</summary>
    public double Speed { get; init; } = 1;

    public IReadOnlyList<FunctionTool> Tools { get; init; } = [];

    /// <summary>MCP servers whose tools a model may call; this server does it for the client.</summary>
    public IReadOnlyList<McpToolSettings> McpTools { get; init; } = [];

    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>1…4096; null: no limit.</summary>
    public int? MaxOutputTokens { get; init; }

    public Truncation Truncation { get; init; } = Truncation.Auto;

    /// <summary>Null: the model's own way.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>Null: the model's own way.</summary>
    public ReasoningEffort? ReasoningEffort { get; init; }

    /// <summary>Transcripts of the user come with the log probabilities of their tokens, where the recogniser gives them.</summary>
    public bool IncludesLogprobs { get; init; }

    /// <summary>Null: off. Once it is on it cannot change.</summary>
    public TracingSettings? Tracing { get; init; }

    /// <summary>The client is told what the user says.</summary>
    public bool TellsTranscripts => Kind == SessionKind.Transcription || Transcription is not null;

    /// <summary>The <c>type</c> field.</summary>
    public string TypeName => Kind == SessionKind.Transcription ? "transcription" : "realtime";

    /// <summary>The <c>object</c> field.</summary>
    public string ObjectName => Kind == SessionKind.Transcription ? "realtime.transcription_session" : "realtime.session";

    /// <summary>
    /// Applies a client's <c>session</c> object, UTF-8 JSON, to these settings: the fields that are present change, its
    /// <c>type</c> included. False: nothing changed, and <paramref name="error"/> names the fault.
    /// </summary>
    public bool TryApply(ReadOnlySpan<byte> utf8Json, out SessionSettings settings, [NotNullWhen(false)] out RealtimeError? error) =>
        TryApply(utf8Json, SessionSettingsReader.Apply, out settings, out error);

    /// <summary>
    /// The same with the flat object that <c>POST /realtime/sessions</c> and <c>/realtime/transcription_sessions</c> took before
    /// general availability: <c>modalities</c>, <c>voice</c>, <c>input_audio_format</c>, <c>turn_detection</c>, ….
    /// </summary>
    public bool TryApplyBeta(ReadOnlySpan<byte> utf8Json, out SessionSettings settings, [NotNullWhen(false)] out RealtimeError? error) =>
        TryApply(utf8Json, BetaSessionReader.Apply, out settings, out error);

    /// <summary>Writes the fields of the <c>session</c> object, without its <c>type</c>, <c>object</c>, <c>id</c> and <c>expires_at</c>, into an open JSON object.</summary>
    public void WriteFields(Utf8JsonWriter json) => SessionSettingsWriter.WriteFields(json, this);

    /// <summary>The same in the flat shape of <see cref="TryApplyBeta"/>.</summary>
    public void WriteBetaFields(Utf8JsonWriter json) => BetaSessionWriter.WriteFields(json, this);

    private bool TryApply(
        ReadOnlySpan<byte> utf8Json, Func<JsonElement, SessionSettings, FieldReader, SessionSettings> apply,
        out SessionSettings settings, [NotNullWhen(false)] out RealtimeError? error)
    {
        settings = this;
        error = RealtimeError.Invalid("invalid_json", "The session is not valid JSON in UTF-8, or too long.", "session");
        if (utf8Json.Length > ClientMessage.MaxLength || !ClientMessage.TryParse(utf8Json, out var document)) return false;
        using (document)
        {
            var fields = new FieldReader();
            settings = apply(document!.RootElement, this, fields);
            error = fields.Error;
            return error is null;
        }
    }
}
