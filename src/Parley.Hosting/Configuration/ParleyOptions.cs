using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Speech.Options;

namespace Parley.Hosting.Configuration;

/// <summary>All that parley.json holds: <c>server</c>, <c>models</c> and <c>instructions</c>.</summary>
public sealed record ParleyOptions
{
    // By reflection: generated code would set what the file leaves out to nothing, over the defaults of init properties.
    internal static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        // By name only: a number would be taken without a look at whether it stands for anything.
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
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
        catch (Exception exception) when (exception is JsonException or SpeechOptionsException or ConfigurationException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: {exception.Message}", exception);
        }
    }

    internal static ParleyOptions Read(JsonElement root)
    {
        var speech = SpeechOptions.Parse(root, "server");
        return new ParleyOptions { Server = root.TryGetProperty("server", out var section) ? ReadServer(section) : new(), Speech = speech };
    }

    private static ServerOptions ReadServer(JsonElement section)
    {
        if (section.ValueKind != JsonValueKind.Object) throw new ConfigurationException("server: an object in braces is needed here.");
        KnownKeys.Check(section, typeof(ServerOptions), "server");
        try
        {
            return section.Deserialize<ServerOptions>(Format)!;
        }
        catch (JsonException exception)
        {
            var key = exception.Path?.TrimStart('$', '.');
            throw new ConfigurationException($"server.{key}: a value of another kind is needed here; see docs/configuration.md.", exception);
        }
    }
}
