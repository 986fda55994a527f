using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>The effective configuration of a session: the <c>session</c> object of the Realtime API. Immutable.</summary>
public sealed record SessionSettings
{
    public static readonly SessionSettings Default = new();

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

    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>1…4096; null: no limit.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Fields that are checked, kept and shown again, and change nothing here.</summary>
    public EchoedSettings Echoed { get; init; } = EchoedSettings.None;

    /// <summary>
    /// Applies a client's <c>session</c> object, UTF-8 JSON, to these settings: the fields that are present change. False:
    /// nothing changed, and <paramref name="error"/> names the fault.
    /// </summary>
    public bool TryApply(ReadOnlySpan<byte> utf8Json, out SessionSettings settings, [NotNullWhen(false)] out RealtimeError? error)
    {
        settings = this;
        error = RealtimeError.Invalid("invalid_json", "The session is not valid JSON in UTF-8, or too long.", "session");
        if (utf8Json.Length > ClientMessage.MaxLength || !ClientMessage.TryParse(utf8Json, out var document)) return false;
        using (document)
        {
            var fields = new FieldReader();
            settings = SessionSettingsReader.Apply(document!.RootElement, this, fields);
            error = fields.Error;
            return error is null;
        }
    }

    /// <summary>Writes the fields of the <c>session</c> object, without its <c>type</c>, <c>object</c>, <c>id</c> and <c>expires_at</c>, into an open JSON object.</summary>
    public void WriteFields(Utf8JsonWriter json) => SessionSettingsWriter.WriteFields(json, this);
}

/// <summary>A <c>format</c> object: <c>audio/pcm</c> with its rate in Hz, <c>audio/pcmu</c> or <c>audio/pcma</c>. With WebRTC the SDP decides.</summary>
public sealed record AudioFormat(string Type, int? Rate)
{
    public static readonly AudioFormat Pcm24K = new("audio/pcm", 24_000);

    public static readonly AudioFormat Pcmu = new("audio/pcmu", null);

    public static readonly AudioFormat Pcma = new("audio/pcma", null);

    public int BytesPerSample => Rate is null ? 1 : 2;
}

/// <param name="Language">BCP 47 tag or null.</param>
public sealed record TranscriptionSettings(string? Model, string? Language, string? Prompt);

/// <summary>Each value is JSON text, or null where the client never set the field.</summary>
public sealed record EchoedSettings(
    string? Include, string? Tracing, string? Truncation, string? ParallelToolCalls, string? Reasoning)
{
    public static readonly EchoedSettings None = new(null, null, null, null, null);
}
