using System.Globalization;
using System.Text.RegularExpressions;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>The TypeScript compiler, beside the packages in <c>clients/</c>.</summary>
internal static partial class TypeScript
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <param name="name">Of the file that is written for the compiler.</param>
    /// <param name="source">May import what the clients import.</param>
    /// <returns>What the compiler complains of, and in which line, counted from 1.</returns>
    public static async Task<IReadOnlyList<(int Line, string Text)>> CheckAsync(string name, string source)
    {
        // Beside the packages, so that the imports find them.
        var file = Path.Combine(ClientProgram.Folder, "node_modules", ".cache", $"{name}.ts");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, source, TestContext.Current.CancellationToken);
        var compiler = Path.Combine(ClientProgram.Folder, "node_modules", "typescript", "bin", "tsc");
        // Null is let pass anywhere: the API sends it where the package's types leave it out.
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
            if (found.Count == 0) throw;
            return [.. found.Select(match => (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), match.Groups[2].Value.Trim()))];
        }
    }

    [GeneratedRegex(@"\.ts\((\d+),\d+\): error (TS\d+: .*(?:\n  .*)*)")]
    private static partial Regex Complaint();
}
