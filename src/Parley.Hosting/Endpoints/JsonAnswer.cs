using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Parley.Hosting.Endpoints;

/// <summary>A body that is one JSON object.</summary>
internal static class JsonAnswer
{
    /// <param name="write">Fills the object.</param>
    public static IResult Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return TypedResults.Bytes(buffer.WrittenMemory.ToArray(), "application/json");
    }
}
