using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Hosting;

/// <summary>JSON of the HTTP endpoints, in the API's snake case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ApiErrorBody))]
internal sealed partial class HostingJson : JsonSerializerContext
{
    /// <summary>Leaves quotation marks as they are: messages are read by people, and never become part of a page.</summary>
    public static HostingJson Readable { get; } =
        new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
