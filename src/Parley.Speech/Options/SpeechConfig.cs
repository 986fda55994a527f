using Parley.Speech.Mcp;
using Parley.Speech.OpenAi;

namespace Parley.Speech.Options;

/// <summary>Validated <see cref="SpeechOptions"/>. Immutable.</summary>
public sealed class SpeechConfig
{
    public const string DefaultInstructions =
        "You are a friendly voice assistant. You are heard, not read: answer in one to three short sentences of plain speech, "
        + "without lists, markdown or emoji. If you did not understand something, say so and ask.";

    /// <summary>Everything embedded: no network, no key.</summary>
    public static readonly SpeechConfig Embedded = new(null, null, null, DefaultInstructions, ModelSet.DefaultMaxInputTokens, McpPolicy.Default);

    private SpeechConfig(
        OpenAiEndpoint? chat, OpenAiEndpoint? recognizer, OpenAiVoice? synthesizer, string instructions, int maxInputTokens, McpPolicy mcp)
    {
        Chat = chat;
        Recognizer = recognizer;
        Synthesizer = synthesizer;
        Instructions = instructions;
        MaxInputTokens = maxInputTokens;
        Mcp = mcp;
    }

    public string Instructions { get; }

    /// <summary>See <see cref="ModelSet.MaxInputTokens"/>.</summary>
    public int MaxInputTokens { get; }

    /// <summary>Which MCP servers clients may reach through this server.</summary>
    public McpPolicy Mcp { get; }

    /// <summary>True where the model is the embedded one.</summary>
    public bool HasEmbeddedChat => Chat is null;

    public bool HasEmbeddedRecognizer => Recognizer is null;

    public bool HasEmbeddedSynthesizer => Synthesizer is null;

    internal OpenAiEndpoint? Chat { get; }

    internal OpenAiEndpoint? Recognizer { get; }

    internal OpenAiVoice? Synthesizer { get; }

    /// <param name="environment">From a variable's name to its value; null: the process's own environment.</param>
    /// <exception cref="SpeechOptionsException">With everything that has to be changed, not only the first.</exception>
    public static SpeechConfig From(SpeechOptions options, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();
        var check = new ModelCheck(errors, environment ?? Environment.GetEnvironmentVariable);
        var chat = check.Endpoint(options.Models.Chat, "models.chat", "gpt-4o-mini", isVoice: false);
        var recognizer = check.Endpoint(options.Models.Recognizer, "models.recognizer", "whisper-1", isVoice: false);
        var synthesizer = check.Voice(options.Models.Synthesizer, "models.synthesizer", "tts-1");
        var maxInputTokens = check.MaxInputTokens(options.Models.Chat, "models.chat");
        var mcp = McpPolicy.From(options.Mcp, "mcp", errors);
        return errors.Count == 0
            ? new SpeechConfig(chat, recognizer, synthesizer, options.Instructions ?? DefaultInstructions, maxInputTokens, mcp)
            : throw new SpeechOptionsException(errors);
    }
}
