using System.Reflection;
using System.Text.RegularExpressions;

namespace Parley.Architecture.Tests;

/// <summary>Every row of a page's table of threats names tests, and these exist.</summary>
public sealed partial class ThreatTableTests
{
    private static readonly string Root = typeof(ThreatTableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "RepoRoot").Value!;

    [Theory]
    [InlineData("relay.md", "## Who can do what")]
    [InlineData("node.md", "## What who can do")]
    public void Every_row_names_tests_that_there_are(string page, string heading)
    {
        var rows = Rows(File.ReadAllText(Path.Combine(Root, "docs", "design", page)), heading);
        Assert.NotEmpty(rows);
        var sources = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).ToLookup(path => Path.GetFileNameWithoutExtension(path));
        Assert.Empty(rows.SelectMany(row => Missing(row, sources)));
    }

    private static IEnumerable<string> Missing(string row, ILookup<string, string> sources)
    {
        var cell = row.TrimEnd('|', ' ').Split('|')[^1];
        var names = TestName().Matches(cell);
        if (names.Count == 0 && !cell.Contains("fuzz target", StringComparison.Ordinal) && !cell.Contains("Tests", StringComparison.Ordinal)) yield return $"no test: {row}";
        var type = "";
        foreach (Match name in names)
        {
            // ".Method" goes on with the class before it.
            if (name.Groups["type"].Length > 0) type = name.Groups["type"].Value;
            var method = name.Groups["method"].Value;
            if (!sources[type].Any(path => File.ReadAllText(path).Contains($" {method}(", StringComparison.Ordinal))) yield return $"{type}.{method}";
        }
    }

    private static List<string> Rows(string page, string heading) =>
        [.. page.Split(heading)[1].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith('|')).Skip(2)];

    [GeneratedRegex(@"`(?<type>\w*Tests)?\.(?<method>\w+)`")]
    private static partial Regex TestName();
}
