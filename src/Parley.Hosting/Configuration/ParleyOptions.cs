using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Speech.Options;

namespace Parley.Hosting.Configuration;

/// <summary>All that parley.json holds: <c>server</c>, <c>models</c> and <c>instructions</c>.</summary>
public sealed record ParleyOptions
{
    // By reflection: generated code would set what the file leaves out to nothing, over the defaults of init properties.
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    public ServerOptions Server { get; init; } = new();

    public SpeechOptions Speech { get; init; } = new();

    /// <summary>Reads a file. Comments and trailing commas are fine, unknown keys are errors.</summary>
    /// <exception cref="ConfigurationException">With what to change.</exception>
    public static ParleyOptions Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or SpeechOptionsException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: {exception.Message}", exception);
        }
    }

    internal static ParleyOptions Read(JsonElement root)
    {
        var speech = SpeechOptions.Parse(root, "server");
        var server = root.TryGetProperty("server", out var section) ? section.Deserialize<ServerOptions>(Strict) : null;
        return new ParleyOptions { Server = server ?? new ServerOptions(), Speech = speech };
    }
}
