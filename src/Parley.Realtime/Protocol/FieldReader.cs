using System.Text.Json;

namespace Parley.Realtime.Protocol;

/// <summary>
/// Reads typed fields of one client message. The first fault is kept as <see cref="Error"/>; reads after it return harmless
/// values, so that a reader checks once, at its end.
/// </summary>
internal sealed class FieldReader
{
    public RealtimeError? Error { get; private set; }

    public void Refuse(string param, string code, string message) => Error ??= RealtimeError.Invalid(code, message, param);

    public void RefuseUnknown(string param) => Refuse(param, "unknown_parameter", $"Unknown parameter: '{param}'.");

    public void RefuseMissing(string param) =>
        Refuse(param, "missing_required_parameter", $"Missing required parameter: '{param}'.");

    public bool IsObject(JsonElement value, string param) => IsKind(value, JsonValueKind.Object, param, "an object");

    public bool IsArray(JsonElement value, string param) => IsKind(value, JsonValueKind.Array, param, "an array");

    public string Text(JsonElement value, string param, int maxLength = int.MaxValue)
    {
        if (!IsKind(value, JsonValueKind.String, param, "a string")) return "";
        var text = value.GetString()!;
        if (text.Length <= maxLength) return text;
        Refuse(param, "string_above_max_length", $"Invalid '{param}': string too long. Expected at most {maxLength} characters.");
        return "";
    }

    public string? TextOrNull(JsonElement value, string param, int maxLength = int.MaxValue) =>
        value.ValueKind == JsonValueKind.Null ? null : Text(value, param, maxLength);

    /// <summary>The field's text; null when there is no such field.</summary>
    public string? OptionalText(JsonElement parent, string name, string param, int maxLength = int.MaxValue) =>
        parent.TryGetProperty(name, out var value) ? TextOrNull(value, param, maxLength) : null;

    public string RequiredText(JsonElement parent, string name, string param, int maxLength = int.MaxValue)
    {
        if (parent.TryGetProperty(name, out var value)) return Text(value, param, maxLength);
        RefuseMissing(param);
        return "";
    }

    public bool Boolean(JsonElement value, string param)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.ValueKind == JsonValueKind.True;
        RefuseType(param, "a boolean", value.ValueKind);
        return false;
    }

    public double Number(JsonElement value, string param, double minimum, double maximum)
    {
        if (!IsKind(value, JsonValueKind.Number, param, "a number")) return minimum;
        if (value.TryGetDouble(out var number) && number >= minimum && number <= maximum) return number;
        var tooSmall = number < minimum;
        Refuse(param, tooSmall ? "decimal_below_min_value" : "decimal_above_max_value",
            FormattableString.Invariant($"Invalid '{param}': expected a value from {minimum} to {maximum}."));
        return minimum;
    }

    public int Integer(JsonElement value, string param, int minimum, int maximum)
    {
        var number = Number(value, param, minimum, maximum);
        if (number == Math.Floor(number)) return (int)number;
        Refuse(param, "invalid_type", $"Invalid type for '{param}': expected an integer.");
        return minimum;
    }

    public TimeSpan Milliseconds(JsonElement value, string param, int minimum, int maximum) =>
        TimeSpan.FromMilliseconds(Integer(value, param, minimum, maximum));

    /// <summary>The value that belongs to the field's text.</summary>
    public T Choice<T>(JsonElement value, string param, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        var text = Text(value, param);
        foreach (var (name, choice) in choices)
            if (name == text) return choice;
        var names = new List<string>();
        foreach (var (name, _) in choices) names.Add($"'{name}'");
        Refuse(param, "invalid_value", $"Invalid value for '{param}'. Supported values are: {string.Join(", ", names)}.");
        return choices[0].Value;
    }

    private bool IsKind(JsonElement value, JsonValueKind kind, string param, string expected)
    {
        if (value.ValueKind == kind) return true;
        RefuseType(param, expected, value.ValueKind);
        return false;
    }

    private void RefuseType(string param, string expected, JsonValueKind actual) => Refuse(param, "invalid_type",
        $"Invalid type for '{param}': expected {expected}, but got {(actual == JsonValueKind.Undefined ? "nothing" : actual.ToString().ToLowerInvariant())} instead.");
}
