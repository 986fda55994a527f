using Parley.Speech.OpenAi;

namespace Parley.Speech.Options;

/// <summary>Checks one model's options after another and collects what is wrong.</summary>
internal sealed class ModelCheck(List<string> errors, Func<string, string?> environment)
{
    private const string DefaultKeyVariable = "OPENAI_API_KEY";
    private static readonly Uri OpenAiUrl = new("https://api.openai.com/v1");

    /// <summary>The most that a client may let a response write.</summary>
    private const int MaxOutputTokens = 4_096;

    private const int MinContextTokens = 2 * MaxOutputTokens;

    private static readonly string[] OpenAiVoices = ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"];

    private static readonly int[] Rates = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];

    /// <summary>Null: the embedded model, or an error.</summary>
    public OpenAiEndpoint? Endpoint(ModelOptions options, string path, string exampleModel, bool isVoice)
    {
        var isSet = options.Url is not null || options.Model is not null || options.KeyEnvironmentVariable is not null;
        var hasVoice = options.Voice is not null || options.Voices is not null || options.SampleRate is not null;
        if (hasVoice && !isVoice)
        {
            errors.Add($"{path}: voice, voices and sampleRate belong to models.synthesizer.");
            return null;
        }
        switch (options.Provider ?? (isSet || hasVoice ? "openai" : "embedded"))
        {
            case "embedded":
                if (isSet || hasVoice)
                    errors.Add($"{path}: provider is 'embedded', but values for a server are set too. Remove them, or set provider to 'openai'.");
                return null;
            case "openai":
                return Server(options, path, exampleModel);
            default:
                errors.Add($"{path}.provider: '{options.Provider}' is not known. Use 'embedded', or 'openai' for any OpenAI-compatible server.");
                return null;
        }
    }

    /// <summary>Tokens that the chat model takes in.</summary>
    public int MaxInputTokens(ModelOptions options, string path)
    {
        if (options.ContextTokens is not { } context) return ModelSet.DefaultMaxInputTokens;
        if (context < MinContextTokens) errors.Add($"{path}.contextTokens: {context} is too few for a conversation. Use at least {MinContextTokens}, or a model with a larger context.");
        return context - MaxOutputTokens;
    }

    public OpenAiVoice? Voice(ModelOptions options, string path, string exampleModel)
    {
        if (options.SampleRate is { } rate && !Rates.Contains(rate))
            errors.Add($"{path}.sampleRate: {rate} is not supported. Use one of {string.Join(", ", Rates)}.");
        if (options.Voices is { Count: 0 }) errors.Add($"{path}.voices: the list is empty. Name a voice or remove the key.");
        var endpoint = Endpoint(options, path, exampleModel, isVoice: true);
        if (endpoint is null) return null;
        var voices = options.Voices ?? (options.Voice is { } one ? [one] : OpenAiVoices);
        if (options.Voice is { } first) voices = [first, .. voices.Where(voice => voice != first)];
        return new OpenAiVoice(endpoint, voices, options.SampleRate ?? 24_000);
    }

    private OpenAiEndpoint? Server(ModelOptions options, string path, string exampleModel)
    {
        var count = errors.Count;
        var url = Url(options.Url, path);
        if (string.IsNullOrWhiteSpace(options.Model))
            errors.Add($"{path}.model: name the model as its server knows it, such as '{exampleModel}'.");
        var key = url is null ? null : Key(options.KeyEnvironmentVariable, url, path);
        return errors.Count == count ? new OpenAiEndpoint(url!, options.Model!, path, options.KeyEnvironmentVariable ?? DefaultKeyVariable, key) : null;
    }

    private Uri? Url(string? text, string path)
    {
        if (text is null) return OpenAiUrl;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return Wrong($"'{text}' is not a web address. Use one such as http://127.0.0.1:11434/v1.");
        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            return Wrong("user names, passwords, queries and fragments do not belong here. A key goes into an environment variable, named in keyEnvironmentVariable.");
        foreach (var ending in Operations)
            if (url.AbsolutePath.TrimEnd('/').EndsWith(ending, StringComparison.Ordinal))
                return Wrong($"give the base address without {ending}; it usually ends in /v1.");
        return url;

        Uri? Wrong(string what)
        {
            errors.Add($"{path}.url: {what}");
            return null;
        }
    }

    /// <summary>The key's value; null where none is needed.</summary>
    private string? Key(string? variable, Uri url, string path)
    {
        var name = variable ?? (url.Host == OpenAiUrl.Host ? DefaultKeyVariable : null);
        if (name is null) return null;
        if (environment(name)?.Trim() is { Length: > 0 } key)
        {
            if (key.All(char.IsAscii) && !key.Any(char.IsControl)) return key;
            errors.Add($"{path}: the environment variable {name} holds characters that no key has. Set it again.");
            return null;
        }
        errors.Add(variable is null
            ? $"{path}: {url.Host} needs a key. Set the environment variable {name}, or set url to a server of your own."
            : $"{path}.keyEnvironmentVariable: the environment variable {name} is not set. Set it, or remove the key if the server needs none.");
        return null;
    }

    private static readonly string[] Operations = ["/chat/completions", "/completions", "/audio/transcriptions", "/audio/speech"];
}
