using System.Text.Json;
using Parley.Conversation;

namespace Parley.Speech.OpenAi;

/// <summary>
/// Reads what a transcription server answers: {"text":"…"} with <c>logprobs</c>, <c>languages</c> and <c>usage</c> where it gives them. Some
/// servers answer the bare text, whatever they were asked for. What is beside the text is left out where it has another shape.
/// </summary>
internal static class TranscriptJson
{
    /// <summary>Null: there is no text in it.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static TranscriptFinal? Read(string body, string? mediaType)
    {
        if (mediaType == "text/plain" && !body.TrimStart().StartsWith('{')) return new TranscriptFinal(body.Trim());
        var root = JsonElement.Parse(body);
        if (root.ValueKind == JsonValueKind.String) return new TranscriptFinal(root.GetString()!.Trim());
        if (TextOf(root, "text") is not { } text) return null;
        return new TranscriptFinal(text.Trim())
        {
            Logprobs = ReadLogprobs(root),
            Languages = ReadLanguages(root),
            Usage = ReadUsage(root),
        };
    }

    private static List<TokenLogprob>? ReadLogprobs(JsonElement root)
    {
        if (!TryGet(root, "logprobs", JsonValueKind.Array, out var entries)) return null;
        var logprobs = new List<TokenLogprob>();
        foreach (var entry in entries.EnumerateArray())
        {
            if (TextOf(entry, "token") is not { } token || !TryGet(entry, "logprob", JsonValueKind.Number, out var logprob)) return null;
            logprobs.Add(new TokenLogprob(token, logprob.GetDouble()));
        }
        return logprobs;
    }

    private static List<string>? ReadLanguages(JsonElement root) => TryGet(root, "languages", JsonValueKind.Array, out var entries)
        ? [.. entries.EnumerateArray().Select(entry => TextOf(entry, "code")).OfType<string>()]
        : null;

    private static TranscriptUsage? ReadUsage(JsonElement root)
    {
        if (!TryGet(root, "usage", JsonValueKind.Object, out var usage) || TextOf(usage, "type") != "tokens") return null;
        var input = CountOf(usage, "input_tokens");
        var text = TryGet(usage, "input_token_details", JsonValueKind.Object, out var details) ? CountOf(details, "text_tokens") : 0;
        return new TranscriptUsage(Math.Min(text, input), Math.Max(0, input - text), CountOf(usage, "output_tokens"));
    }

    private static int CountOf(JsonElement parent, string name) =>
        TryGet(parent, name, JsonValueKind.Number, out var value) && value.TryGetInt32(out var count) ? Math.Max(0, count) : 0;

    private static string? TextOf(JsonElement parent, string name) =>
        TryGet(parent, name, JsonValueKind.String, out var value) ? value.GetString() : null;

    private static bool TryGet(JsonElement parent, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out value) && value.ValueKind == kind;
    }
}
