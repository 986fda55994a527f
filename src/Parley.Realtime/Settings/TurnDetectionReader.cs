using System.Text.Json;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>
/// Reads <c>turn_detection</c>. Within the same type, only the fields that are present change; another type starts from its
/// defaults. Fields of the other type and unknown ones are tolerated, because clients send them.
/// </summary>
internal static class TurnDetectionReader
{
    /// <summary>So that the turn's beginning is still at hand: see <see cref="RealtimeSession.MaxLookback"/>.</summary>
    public const int MaxPrefixPaddingMs = 2000;

    private const int MaxSilenceMs = 10_000;
    private const int MinIdleMs = 5_000;
    private const int MaxIdleMs = 30_000;

    public static TurnDetectionSettings? Read(
        JsonElement value, TurnDetectionSettings? current, string path, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, path)) return null;
        var kind = value.TryGetProperty("type", out var type)
            ? fields.Choice(type, $"{path}.type",
                ("server_vad", TurnDetectionKind.ServerVad), ("semantic_vad", TurnDetectionKind.SemanticVad))
            : current?.Kind ?? TurnDetectionKind.ServerVad;

        var read = current?.Kind == kind ? current : new TurnDetectionSettings { Kind = kind };
        foreach (var property in value.EnumerateObject())
            if (property.Value.ValueKind != JsonValueKind.Null || property.Name == "idle_timeout_ms")
                read = Apply(property.Name, property.Value, read, $"{path}.{property.Name}", fields);
        return read;
    }

    private static TurnDetectionSettings Apply(
        string name, JsonElement value, TurnDetectionSettings read, string param, FieldReader fields) => (name, read.Kind) switch
    {
        ("create_response", _) => read with { CreatesResponse = fields.Boolean(value, param) },
        ("interrupt_response", _) => read with { InterruptsResponse = fields.Boolean(value, param) },
        ("threshold", TurnDetectionKind.ServerVad) => read with { Threshold = fields.Number(value, param, 0, 1) },
        ("prefix_padding_ms", TurnDetectionKind.ServerVad) =>
            read with { PrefixPadding = fields.Milliseconds(value, param, 0, MaxPrefixPaddingMs) },
        ("silence_duration_ms", TurnDetectionKind.ServerVad) =>
            read with { SilenceDuration = fields.Milliseconds(value, param, 0, MaxSilenceMs) },
        ("idle_timeout_ms", TurnDetectionKind.ServerVad) => read with
        {
            IdleTimeout = value.ValueKind == JsonValueKind.Null ? null : fields.Milliseconds(value, param, MinIdleMs, MaxIdleMs),
        },
        ("eagerness", TurnDetectionKind.SemanticVad) => read with
        {
            Eagerness = fields.Choice(value, param, ("auto", Eagerness.Auto), ("low", Eagerness.Low),
                ("medium", Eagerness.Medium), ("high", Eagerness.High)),
        },
        _ => read,
    };
}
