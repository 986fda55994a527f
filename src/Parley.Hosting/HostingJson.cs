using System.Text.Json.Serialization;

namespace Parley.Hosting;

/// <summary>JSON of the HTTP endpoints, in the API's snake case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ApiError))]
internal sealed partial class HostingJson : JsonSerializerContext;
