using System.Reflection;
using Parley.Compatibility;

namespace Parley.Architecture.Tests;

/// <summary>docs/compat/realtime.md says of the API what the tests of all projects show, and nothing more.</summary>
public sealed class RealtimePageTests
{
    /// <summary>The project file has them built before this one.</summary>
    private static readonly string[] Assemblies =
        ["Parley.Realtime.Tests", "Parley.Speech.Tests", "Parley.Transceiver.Tests", "Parley.Hosting.Tests", "Parley.EndToEnd.Tests"];

    private static readonly IReadOnlyList<Showing> Shown = [.. Assemblies.SelectMany(name => ShownTests.Read(PathOf(name)))];

    [Fact]
    public void Every_mark_names_something_that_the_API_has()
    {
        var known = RealtimeApi.All.Select(element => (element.Part, element.Name)).ToHashSet();
        Assert.Empty(Shown.Where(showing => !known.Contains((showing.Part, showing.Name))).Select(showing => $"{showing.Test}: {showing.Part} \"{showing.Name}\""));
    }

    [Fact]
    public void Nothing_is_listed_twice() =>
        Assert.Empty(RealtimeApi.All.GroupBy(element => (element.Part, element.Name)).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void The_page_says_what_the_tests_show()
    {
        var path = Path.Combine(Metadata("RepoRoot"), "docs", "compat", "realtime.md");
        var page = File.ReadAllText(path);
        var written = CompatibilityPage.Rewrite(page, Shown);
        if (written == page) return;
        File.WriteAllText(path, written);
        Assert.Fail("docs/compat/realtime.md did not say what the tests show. It does now: look at the change and commit it.");
    }

    private static string PathOf(string assembly) =>
        Path.Combine(Metadata("RepoRoot"), "artifacts", "bin", assembly, Metadata("Configuration").ToLowerInvariant(), assembly + ".dll");

    private static string Metadata(string key) =>
        typeof(RealtimePageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
