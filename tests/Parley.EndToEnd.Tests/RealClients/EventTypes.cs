using System.Text;
using System.Text.Json;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>
/// Holds events against the types that the openai package declares for TypeScript, by the compiler: a field that is missing, of the
/// wrong type or that the API does not have is found.
/// </summary>
internal static class EventTypes
{
    /// <summary>
    /// The package describes the session of session.created as a client writes it; the server's has id, object and expires_at, too.
    /// That mcp_list_tools.failed says why is Parley's own.
    /// </summary>
    private const string Declarations = """
        import type { RealtimeServerEvent, RealtimeSessionCreateRequest, RealtimeTranscriptionSessionCreateRequest, McpListToolsFailed } from 'openai/resources/realtime/realtime';
        import type { RealtimeSessionCreateResponse, RealtimeTranscriptionSessionCreateResponse } from 'openai/resources/realtime/client-secrets';
        type Given<T extends { id: string; object: string; expires_at?: number }> = Pick<T, 'id' | 'object' | 'expires_at'>;
        type Session = (RealtimeSessionCreateRequest & Given<RealtimeSessionCreateResponse>)
          | (RealtimeTranscriptionSessionCreateRequest & Given<RealtimeTranscriptionSessionCreateResponse>);
        type Told = { type: 'session.created' | 'session.updated'; event_id: string; session: Session };
        type Explained = McpListToolsFailed & { error: { type: string; code: number; message: string } };
        type ServerEvent = Exclude<RealtimeServerEvent, { type: 'session.created' | 'session.updated' | 'mcp_list_tools.failed' }> | Told | Explained;

        """;

    private static readonly int FirstLine = Declarations.Count(character => character == '\n') + 1;

    /// <returns>For each event at fault what the compiler says, and the event.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(string name, IEnumerable<JsonElement> events)
    {
        List<string> lines = [.. events.Select(e => e.GetRawText())];
        var source = new StringBuilder(Declarations);
        for (var i = 0; i < lines.Count; i++) source.Append("export const e").Append(i).Append(": ServerEvent = ").Append(lines[i]).Append(";\n");
        return [.. (await TypeScript.CheckAsync(name, source.ToString())).Select(complaint => $"{complaint.Text}: {lines[complaint.Line - FirstLine]}")];
    }
}
