using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Benchmarks.Results;

/// <summary>The form for programs. Its field names do not change.</summary>
internal static partial class ResultJson
{
    public static void Write(Stream output, IReadOnlyList<BenchmarkResult> results)
    {
        var rows = results.Select(result => new Row(
            result.Name, Figures.Round(result.Value), result.Unit, Figures.Round(result.Yardstick), Figures.Round(result.Ratio),
            result.Goal?.Bound, result.IsMet));
        JsonSerializer.Serialize(output, new Document([.. rows]), Context.Default.Document);
        output.Write("\n"u8);
    }

    internal sealed record Document(IReadOnlyList<Row> Results);

    internal sealed record Row(string Name, double Value, string Unit, double? Yardstick, double? Ratio, double? Goal, bool? Met);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Document))]
    private sealed partial class Context : JsonSerializerContext;
}
