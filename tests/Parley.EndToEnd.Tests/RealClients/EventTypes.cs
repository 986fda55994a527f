using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>
/// Holds events against the types that the openai package declares for TypeScript, by the compiler: a field that is missing, of the
/// wrong type or that the API does not have is found. Null is let pass anywhere: the API sends it where the types leave it out.
/// </summary>
internal static partial class EventTypes
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The package describes the session of session.created as a client writes it; the server's has id, object and expires_at, too.</summary>
    private const string Declarations = """
        import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
        import type { RealtimeSessionCreateResponse, RealtimeTranscriptionSessionCreateResponse } from 'openai/resources/realtime/client-secrets';
        type Told = { type: 'session.created' | 'session.updated'; event_id: string; session: RealtimeSessionCreateResponse | RealtimeTranscriptionSessionCreateResponse };
        type ServerEvent = Exclude<RealtimeServerEvent, { type: 'session.created' | 'session.updated' }> | Told;

        """;

    private static readonly int FirstLine = Declarations.Count(character => character == '\n') + 1;

    /// <returns>A line for each event at fault: what the compiler says, and the event.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(string name, IEnumerable<JsonElement> events)
    {
        // Beside the packages, so that the import finds them.
        var file = Path.Combine(ClientProgram.Folder, "node_modules", ".cache", $"{name}.ts");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        List<string> lines = [.. events.Select(e => e.GetRawText())];
        var source = new StringBuilder(Declarations);
        foreach (var line in lines) source.Append("export const e").Append(source.Length).Append(": ServerEvent = ").Append(line).Append(";\n");
        await File.WriteAllTextAsync(file, source.ToString(), TestContext.Current.CancellationToken);
        var compiler = Path.Combine(ClientProgram.Folder, "node_modules", "typescript", "bin", "tsc");
        string[] arguments =
        [
            compiler, "--noEmit", "--strict", "--strictNullChecks", "false", "--skipLibCheck", "--types", "", "--module", "nodenext", "--target", "es2022",
            "--pretty", "false", file,
        ];
        try
        {
            await ChildProcess.RunAsync("node", arguments, Limit, ClientProgram.Folder);
            return [];
        }
        catch (InvalidOperationException exception)
        {
            var found = Complaint().Matches(exception.Message);
            return found.Count == 0 ? [exception.Message]
                : [.. found.Select(match => $"{match.Groups[2].Value.Trim()}: {lines[int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) - FirstLine]}")];
        }
    }

    [GeneratedRegex(@"\.ts\((\d+),\d+\): error (TS\d+: .*(?:\n  .*)*)")]
    private static partial Regex Complaint();
}
