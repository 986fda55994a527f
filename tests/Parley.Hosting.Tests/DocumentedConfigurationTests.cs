using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests;

/// <summary>What the documentation shows as parley.json is one.</summary>
public sealed partial class DocumentedConfigurationTests
{
    private static readonly string Root = typeof(DocumentedConfigurationTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepoRoot").Value!;

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/configuration.md")]
    public async Task Every_example_is_read_without_an_unknown_key(string page)
    {
        var examples = Fence().Matches(await File.ReadAllTextAsync(Path.Combine(Root, page), TestContext.Current.CancellationToken));
        Assert.NotEmpty(examples);
        foreach (Match example in examples) ParleyOptions.Read(JsonElement.Parse(example.Groups[1].Value));
    }

    [Fact]
    public async Task Every_key_of_the_server_section_has_its_row()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Root, "docs/configuration.md"), TestContext.Current.CancellationToken);
        var section = page.Split("## `server`")[1].Split("\n## ")[0];
        Assert.All(typeof(ServerOptions).GetProperties(), property => Assert.Contains($"| `{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}` |", section, StringComparison.Ordinal));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
