using System.Text.Json;
using Parley.Hosting.Access;

namespace Parley.Cli.Tests;

public sealed class KeysCommandTests
{
    [Fact]
    public void A_new_key_is_printed_with_the_line_that_a_server_keeps_of_it()
    {
        var output = new StringWriter();
        KeysCommand.Print(output, "web \"quoted\"", "pk_0123456789abcdef0123", asJson: false);
        var lines = output.ToString().Split('\n', StringSplitOptions.TrimEntries);
        Assert.Contains("pk_0123456789abcdef0123", lines);
        AssertEntry(lines[3], "web \"quoted\"", "pk_0123456789abcdef0123");
    }

    [Fact]
    public void A_key_that_one_has_is_hashed_and_never_printed()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, KeysCommand.Print(output, error, " sk-0123456789abcdef0123 \r", "app"));
        AssertEntry(output.ToString(), "app", "sk-0123456789abcdef0123");
        Assert.DoesNotContain("sk-0", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("secret")]
    public void A_key_that_could_be_guessed_from_its_hash_is_refused(string? key)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(2, KeysCommand.Print(output, error, key, "app"));
        Assert.Empty(output.ToString());
        Assert.Contains("20 characters", error.ToString(), StringComparison.Ordinal);
    }

    private static void AssertEntry(string json, string name, string key)
    {
        var entry = JsonElement.Parse(json);
        Assert.Equal(name, entry.GetProperty("name").GetString());
        Assert.True(KeyHash.TryParse(entry.GetProperty("hash").GetString()!, out var hash));
        Assert.True(hash.Matches(KeyHash.Of(key)));
    }
}
