namespace Parley.Speech.OpenAi;

/// <summary>A model on an OpenAI-compatible server. A class, not a record: a record would print the key.</summary>
/// <param name="url">The API's base, such as http://127.0.0.1:11434/v1.</param>
/// <param name="optionsPath">Where the operator set it, such as models.chat; for messages.</param>
/// <param name="keyVariable">The environment variable that the key comes from, or should come from; for messages.</param>
/// <param name="key">Null: none is sent.</param>
internal sealed class OpenAiEndpoint(Uri url, string model, string optionsPath, string keyVariable, string? key)
{
    /// <summary>Ends in a slash, so that relative addresses go below it.</summary>
    public Uri Url { get; } = url.AbsolutePath.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");

    public string Model { get; } = model;

    public string OptionsPath { get; } = optionsPath;

    public string KeyVariable { get; } = keyVariable;

    public string? Key { get; } = key;

    public override string ToString() => $"{Model} at {Endpoint.Describe(Url)}";
}

/// <param name="Voices">The default first.</param>
/// <param name="SampleRate">Of headerless audio, Hz.</param>
internal sealed record OpenAiVoice(OpenAiEndpoint Endpoint, IReadOnlyList<string> Voices, int SampleRate);
