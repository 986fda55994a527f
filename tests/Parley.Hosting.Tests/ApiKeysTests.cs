using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests;

public sealed class ApiKeysTests
{
    [Fact]
    public void Keys_are_needed_only_when_some_are_configured()
    {
        Assert.True(Keys().TryFind((string?)null, out _));
        Assert.True(Keys().TryFind("whatever", out _));
        var keys = Keys("sk-one", "sk-two");
        Assert.True(keys.TryFind("sk-two", out var two));
        Assert.Equal("sk-two's", two.Name);
        Assert.False(keys.TryFind("sk-three", out _));
        Assert.False(keys.TryFind((string?)null, out _));
    }

    [Fact]
    public void A_hash_is_read_as_it_is_printed_and_nothing_else_is()
    {
        var hash = KeyHash.Of("sk-one");
        Assert.True(KeyHash.TryParse(hash.ToString(), out var read));
        Assert.True(read.Matches(hash));
        Assert.False(read.Matches(KeyHash.Of("sk-two")));
        var text = hash.ToString();
        foreach (var wrong in new[] { "", "sk-one", "sha256:", text[..^1], text + "0", text[..^2], text[..^1] + "g", "md5:" + text[7..] })
            Assert.False(KeyHash.TryParse(wrong, out _), wrong);
    }

    [Fact]
    public void A_new_key_is_long_and_never_the_same()
    {
        Assert.NotEqual(KeyHash.NewKey(), KeyHash.NewKey());
        Assert.True(KeyHash.NewKey().Length > KeyHash.MinKeyLength);
    }

    [Fact]
    public void Keys_of_a_file_come_and_go_with_it_and_a_broken_file_changes_nothing()
    {
        var path = Path.GetTempFileName();
        try
        {
            var clock = new FakeTimeProvider();
            using var log = new LogLines();
            Write(path, 0, "one", "two");
            var keys = new ApiKeys([], new ApiKeysFile(path, KeyLimits.None), KeyLimits.None, clock, log.CreateLogger("keys"));
            Assert.True(keys.TryFind("one", out var one));

            Write(path, 1, "one", "three");
            Assert.False(keys.TryFind("three", out _));
            clock.Advance(TimeSpan.FromSeconds(5));
            Assert.True(keys.TryFind("three", out _));
            Assert.False(keys.TryFind("two", out _));
            // Who stays is the same, with calls and usage.
            Assert.True(keys.TryFind("one", out var still));
            Assert.Same(one, still);

            File.WriteAllText(path, "[{");
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(50));
            clock.Advance(TimeSpan.FromSeconds(5));
            Assert.True(keys.TryFind("three", out _));
            Assert.Contains("the old keys stay", log.Text, StringComparison.Ordinal);

            // Without keys in it, it lets nobody in.
            Write(path, 2);
            clock.Advance(TimeSpan.FromSeconds(5));
            Assert.False(keys.TryFind("one", out _));
            Assert.False(keys.TryFind((string?)null, out _));
            Assert.False(keys.TryFind(one.Id, out _));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[{\"name\":\"web\",\"hash\":\"plain\"}]")]
    [InlineData("[{\"nam\":\"web\"}]")]
    public void A_file_that_is_no_list_of_keys_is_an_error_that_names_it(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            var message = Assert.Throws<ConfigurationException>(() => ServerConfig.From(new ServerOptions { KeysFile = path })).Message;
            Assert.Contains("server.keysFile", message, StringComparison.Ordinal);
            Assert.Contains(path, message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <param name="written">Years that tell the file's times apart.</param>
    private static void Write(string path, int written, params string[] keys)
    {
        File.WriteAllText(path, JsonSerializer.Serialize(keys.Select(key => new { name = key + "'s", hash = KeyHash.Of(key).ToString() })));
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(30 + written));
    }

    private static ApiKeys Keys(params string[] keys) => new(
        [.. keys.Select(key => new KeyConfig(key + "'s", KeyHash.Of(key), KeyLimits.None))], file: null, KeyLimits.None, new FakeTimeProvider(), NullLogger.Instance);
}
