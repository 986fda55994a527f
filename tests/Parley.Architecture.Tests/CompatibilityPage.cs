using System.Text;
using Parley.Compatibility;

namespace Parley.Architecture.Tests;

/// <summary>The tables of <c>docs/compat/realtime.md</c>, made of what the tests show.</summary>
internal static class CompatibilityPage
{
    /// <summary>What stands between the two is written by the tests; the rest of the page is the author's.</summary>
    private const string Begin = "<!-- written by ./parley test -->", End = "<!-- end -->";

    /// <summary>More tests than these make a row unreadable; they are counted.</summary>
    private const int MostTests = 3;

    private static readonly (ApiPart Part, string Title, string Name)[] Tables =
    [
        (ApiPart.Client, "Clients, unmodified", "client"),
        (ApiPart.Endpoint, "Endpoints", "endpoint"),
        (ApiPart.ClientEvent, "Client events", "event"),
        (ApiPart.ServerEvent, "Server events", "event"),
        (ApiPart.SessionField, "Fields of a session", "field"),
        (ApiPart.ResponseField, "Fields of response.create", "field"),
        (ApiPart.Item, "Items", "item"),
    ];

    /// <summary>The page with its tables made anew.</summary>
    public static string Rewrite(string page, IReadOnlyList<Showing> shown) => page.Split(Begin)[0] + Begin + "\n" + Write(shown) + End + page.Split(End)[1];

    private static string Write(IReadOnlyList<Showing> shown)
    {
        var page = new StringBuilder();
        foreach (var (part, title, name) in Tables)
        {
            var rows = RealtimeApi.All.Where(element => element.Part == part).Select(element => Row(element, shown)).ToList();
            page.Append("## ").Append(title).Append('\n');
            page.Append(rows.Count(row => row.State == "works")).Append(" of ").Append(rows.Count).Append(" work, ")
                .Append(rows.Count(row => row.State == "partly")).Append(" partly.\n\n");
            page.Append("| ").Append(name).Append(" | state | shown by | note |\n| --- | --- | --- | --- |\n");
            foreach (var row in rows) page.Append("| ").AppendJoin(" | ", $"`{row.Name}`", row.State, row.Tests, row.Note).Append(" |\n");
            page.Append('\n');
        }
        return page.ToString();
    }

    private static (string Name, string State, string Tests, string Note) Row(ApiElement element, IReadOnlyList<Showing> shown)
    {
        var tests = shown.Where(showing => showing.Part == element.Part && showing.Name == element.Name).OrderBy(showing => showing.Test, StringComparer.Ordinal).ToList();
        var whole = tests.Where(showing => showing.Partly is null).ToList();
        var state = whole.Count > 0 ? "works" : tests.Count > 0 ? "partly" : "not";
        var notes = new[] { element.Note }.Concat(whole.Count > 0 ? [] : tests.Select(showing => showing.Partly)).OfType<string>().Distinct();
        return (element.Name, state, Names(whole.Count > 0 ? whole : tests), string.Join("; ", notes));
    }

    private static string Names(List<Showing> tests)
    {
        var named = string.Join(", ", tests.Take(MostTests).Select(showing => $"`{showing.Test}`"));
        return tests.Count <= MostTests ? named : $"{named} and {tests.Count - MostTests} more";
    }
}
