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

    private static ApiKeys Keys(params string[] keys)
    {
        var usage = new KeyUsage(KeyLimits.None, new FakeTimeProvider());
        return new ApiKeys([.. keys.Select(key => new ApiKey(key + "'s", KeyHash.Of(key), usage))], new ApiKey("anyone", KeyHash.Of(""), usage));
    }
}
