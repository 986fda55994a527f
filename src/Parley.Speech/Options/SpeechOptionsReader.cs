using System.Text.Json;

namespace Parley.Speech.Options;

/// <summary>Reads options from JSON, strictly: a key that nobody knows is an error, since it is most likely a key misspelt.</summary>
internal sealed class SpeechOptionsReader
{
    private readonly List<string> _errors = [];

    public static SpeechOptions Read(JsonElement root, IReadOnlyCollection<string> otherKeys)
    {
        var reader = new SpeechOptionsReader();
        var options = reader.ReadRoot(root, otherKeys);
        return reader._errors.Count == 0 ? options : throw new SpeechOptionsException(reader._errors);
    }

    private SpeechOptions ReadRoot(JsonElement root, IReadOnlyCollection<string> otherKeys)
    {
        var keys = Keys(root, "", ["models", "instructions", "mcp", .. otherKeys]);
        var models = keys.TryGetValue("models", out var element) ? Keys(element, "models", ["chat", "recognizer", "synthesizer"]) : [];
        return new SpeechOptions
        {
            Instructions = Text(keys, "", "instructions"),
            Mcp = ReadMcp(keys),
            Models = new ModelsOptions
            {
                Chat = ReadModel(models, "chat", ChatKeys),
                Recognizer = ReadModel(models, "recognizer", []),
                Synthesizer = ReadModel(models, "synthesizer", VoiceKeys),
            },
        };
    }

    private McpOptions ReadMcp(Dictionary<string, JsonElement> root)
    {
        if (!root.TryGetValue("mcp", out var element)) return new McpOptions();
        var keys = Keys(element, "mcp", ["enabled", "allowedHosts", "deniedHosts", "onlyAllowedHosts"]);
        return new McpOptions
        {
            Enabled = Claim(keys, "mcp", "enabled"),
            AllowedHosts = Texts(keys, "mcp", "allowedHosts"),
            DeniedHosts = Texts(keys, "mcp", "deniedHosts"),
            OnlyAllowedHosts = Claim(keys, "mcp", "onlyAllowedHosts"),
        };
    }

    private ModelOptions ReadModel(Dictionary<string, JsonElement> models, string name, string[] ownKeys)
    {
        if (!models.TryGetValue(name, out var element)) return new ModelOptions();
        var path = $"models.{name}";
        var keys = Keys(element, path, [.. ModelKeys, .. ownKeys]);
        return new ModelOptions
        {
            Provider = Text(keys, path, "provider"),
            Url = Text(keys, path, "url"),
            Model = Text(keys, path, "model"),
            KeyEnvironmentVariable = Text(keys, path, "keyEnvironmentVariable"),
            ContextTokens = Number(keys, path, "contextTokens"),
            Voice = Text(keys, path, "voice"),
            Voices = Texts(keys, path, "voices"),
            SampleRate = Number(keys, path, "sampleRate"),
        };
    }

    private Dictionary<string, JsonElement> Keys(JsonElement element, string path, string[] known)
    {
        var keys = new Dictionary<string, JsonElement>();
        var place = path.Length == 0 ? "parley.json" : path;
        if (element.ValueKind != JsonValueKind.Object)
        {
            _errors.Add($"{place}: an object in braces is needed here.");
            return keys;
        }
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name)) _errors.Add(Unknown(place, property.Name, known));
            else if (!keys.TryAdd(property.Name, property.Value)) _errors.Add($"{place}: '{property.Name}' is there twice. Keep one.");
        }
        return keys;
    }

    private static string Unknown(string place, string name, string[] known)
    {
        if (name.Contains("key", StringComparison.OrdinalIgnoreCase) && known.Contains(ModelKeys[^1]))
            return $"{place}: unknown key '{name}'. A secret never stands in the file: put it into an environment variable and name that in 'keyEnvironmentVariable'.";
        return $"{place}: unknown key '{name}'. Known are: {string.Join(", ", known)}.";
    }

    private string? Text(Dictionary<string, JsonElement> keys, string path, string name)
    {
        if (!keys.TryGetValue(name, out var element) || element.ValueKind == JsonValueKind.Null) return null;
        if (element.ValueKind == JsonValueKind.String) return element.GetString();
        Wrong(path, name, "a text in quotes");
        return null;
    }

    private List<string>? Texts(Dictionary<string, JsonElement> keys, string path, string name)
    {
        if (!keys.TryGetValue(name, out var element) || element.ValueKind == JsonValueKind.Null) return null;
        if (element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            return [.. element.EnumerateArray().Select(item => item.GetString()!)];
        Wrong(path, name, "a list of texts, such as [\"one\", \"two\"]");
        return null;
    }

    private int? Number(Dictionary<string, JsonElement> keys, string path, string name)
    {
        if (!keys.TryGetValue(name, out var element) || element.ValueKind == JsonValueKind.Null) return null;
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number)) return number;
        Wrong(path, name, "a whole number");
        return null;
    }

    private bool? Claim(Dictionary<string, JsonElement> keys, string path, string name)
    {
        if (!keys.TryGetValue(name, out var element) || element.ValueKind == JsonValueKind.Null) return null;
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False) return element.GetBoolean();
        Wrong(path, name, "true or false");
        return null;
    }

    private void Wrong(string path, string name, string need) =>
        _errors.Add($"{(path.Length == 0 ? name : $"{path}.{name}")}: {need} is needed here.");

    private static readonly string[] ModelKeys = ["provider", "url", "model", "keyEnvironmentVariable"];

    private static readonly string[] ChatKeys = ["contextTokens"];

    private static readonly string[] VoiceKeys = ["voice", "voices", "sampleRate"];
}
