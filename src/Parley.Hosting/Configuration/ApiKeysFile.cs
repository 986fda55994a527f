using System.Text.Json;

namespace Parley.Hosting.Configuration;

/// <summary>A file with a list of keys as <see cref="ServerOptions.Keys"/> has them. It is read again when it changes.</summary>
/// <param name="Defaults">Limits of keys that have none of their own.</param>
internal sealed record ApiKeysFile(string Path, KeyLimits Defaults)
{
    /// <exception cref="ConfigurationException">With what to change.</exception>
    public IReadOnlyList<KeyConfig> Read()
    {
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(Path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            KnownKeys.Check(document.RootElement, typeof(IReadOnlyList<KeyOptions>), "keys");
            var options = document.RootElement.Deserialize<IReadOnlyList<KeyOptions>>(ParleyOptions.Format);
            return options is null ? throw new ConfigurationException("a list is needed.") : [.. options.Select((key, index) => KeyConfig.From(key, $"keys[{index}]", Defaults))];
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or ConfigurationException)
        {
            throw new ConfigurationException($"server.keysFile: {Path}: {exception.Message}", exception);
        }
    }
}
