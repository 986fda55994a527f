using System.Text;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>The lists behind docs/compat/realtime.md have all that the openai package's types have, and nothing else.</summary>
public sealed class ApiSurfaceTests
{
    [Fact]
    public async Task The_lists_have_every_event_and_field_of_the_package()
    {
        var source = new StringBuilder("import type * as api from 'openai/resources/realtime/realtime';\n");
        Hold("api.RealtimeServerEvent['type']", RealtimeApi.ServerEvents);
        Hold("api.RealtimeClientEvent['type']", RealtimeApi.ClientEvents);
        Hold("keyof api.RealtimeSessionCreateRequest", TopOf(RealtimeApi.SessionFields));
        Hold("keyof api.RealtimeAudioConfigInput", Below("audio.input.", RealtimeApi.SessionFields));
        Hold("keyof api.RealtimeAudioConfigOutput", Below("audio.output.", RealtimeApi.SessionFields));
        Hold("keyof api.AudioTranscription", RealtimeApi.TranscriptionFields);
        Hold("keyof api.RealtimeAudioInputTurnDetection.ServerVad", RealtimeApi.ServerVadFields);
        Hold("keyof api.RealtimeAudioInputTurnDetection.SemanticVad", RealtimeApi.SemanticVadFields);
        Hold("keyof api.RealtimeResponseCreateParams", TopOf(RealtimeApi.ResponseFields));
        Hold("keyof api.RealtimeResponseCreateAudioOutput.Output", Below("audio.output.", RealtimeApi.ResponseFields));
        Assert.Empty((await TypeScript.CheckAsync("api-surface", source.ToString())).Select(complaint => complaint.Text));

        // A Record wants every name of the union, and takes no other.
        void Hold(string union, IEnumerable<string> names) => source.Append("export const l").Append(source.Length).Append(": Record<").Append(union)
            .Append(", true> = { ").AppendJoin(", ", names.Select(name => $"'{name}': true")).Append(" };\n");
    }

    private static IEnumerable<string> TopOf(IEnumerable<string> paths) => paths.Select(path => path.Split('.')[0]).Distinct();

    private static IEnumerable<string> Below(string prefix, IEnumerable<string> paths) =>
        paths.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).Select(path => path[prefix.Length..]);
}
