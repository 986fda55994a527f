using System.Reflection;
using Parley.Speech.Embedded;

namespace Parley.Hosting.Tests;

public sealed class PhrasePageTests
{
    [Fact]
    public void The_printed_list_in_docs_is_the_list_that_is_recognised()
    {
        var root = typeof(PhrasePageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepoRoot").Value!;
        var printed = File.ReadLines(Path.Combine(root, "docs", "phrases.md"))
            .Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => line[2..]);
        Assert.Equal(PhraseList.All.Select(phrase => phrase.Text), printed);
        Assert.True(PhraseList.All.Count >= 40);
    }
}
