using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Hosting.Configuration;
using Parley.Speech.Embedded;

namespace Parley.Hosting.Console;

/// <summary><c>GET /console.json</c>: what the talk page shows of the server.</summary>
internal static class ConsoleInfo
{
    public static void Map(IEndpointRouteBuilder endpoints, ParleyConfig config)
    {
        var bytes = Write(config);
        endpoints.MapGet("/console.json", () => TypedResults.Bytes(bytes, "application/json")).ExcludeFromDescription();
    }

    private static byte[] Write(ParleyConfig config)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("version", ParleyServer.Version);
            json.WriteStartObject("models");
            json.WriteString("recognizer", config.Names.Recognizer);
            json.WriteString("chat", config.Names.Chat);
            json.WriteString("synthesizer", config.Names.Synthesizer);
            json.WriteEndObject();
            json.WriteStartArray("phrases");
            if (config.Server.Agent == AgentKind.Models && config.Speech.HasEmbeddedRecognizer)
                foreach (var phrase in PhraseList.All) json.WriteStringValue(phrase.Text);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenMemory.ToArray();
    }
}
