using System.Text.Json;

namespace Parley.Speech.Options;

/// <summary>What the operator sets about models: the keys <c>models</c>, <c>instructions</c> and <c>mcp</c> of parley.json. <see cref="SpeechConfig"/> is what comes of it.</summary>
public sealed record SpeechOptions
{
    public ModelsOptions Models { get; init; } = new();

    /// <summary>Instructions of a session whose client gives none. Null: <see cref="SpeechConfig.DefaultInstructions"/>.</summary>
    public string? Instructions { get; init; }

    public McpOptions Mcp { get; init; } = new();

    /// <summary>Reads parley.json's object.</summary>
    /// <param name="otherKeys">Keys beside those of this class that somebody else reads, such as "server".</param>
    /// <exception cref="SpeechOptionsException">A key is unknown or a value is of the wrong kind.</exception>
    public static SpeechOptions Parse(JsonElement root, params IReadOnlyCollection<string> otherKeys) => SpeechOptionsReader.Read(root, otherKeys);
}

public sealed record ModelsOptions
{
    public ModelOptions Chat { get; init; } = new();

    public ModelOptions Recognizer { get; init; } = new();

    public ModelOptions Synthesizer { get; init; } = new();
}

/// <summary>Where one model is.</summary>
public sealed record ModelOptions
{
    /// <summary>"embedded" or "openai". Null: openai when any other value is set, else embedded.</summary>
    public string? Provider { get; init; }

    /// <summary>The base of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1. Null: OpenAI's own.</summary>
    public string? Url { get; init; }

    /// <summary>The model's name as its server knows it.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// The environment variable that holds the key. Null: OPENAI_API_KEY for OpenAI's own API, and no key for any other server,
    /// so that a key never goes to somebody it was not made for.
    /// </summary>
    public string? KeyEnvironmentVariable { get; init; }

    /// <summary>Chat only: how many tokens the model's context holds, input and output together. Null: about 32,000.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Synthesiser only: the voice of a session that names none, or one that is not in <see cref="Voices"/>.</summary>
    public string? Voice { get; init; }

    /// <summary>Synthesiser only: the voices that sessions may choose. Null: OpenAI's when no voice is set, else that one.</summary>
    public IReadOnlyList<string>? Voices { get; init; }

    /// <summary>Synthesiser only: the rate of the headerless audio that the server sends, in Hz. Null: 24000.</summary>
    public int? SampleRate { get; init; }
}
