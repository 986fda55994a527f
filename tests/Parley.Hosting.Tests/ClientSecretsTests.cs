using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Access;

namespace Parley.Hosting.Tests;

public sealed class ClientSecretsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_secret_opens_its_session_until_it_expires()
    {
        var secrets = new ClientSecrets(_clock);
        var secret = secrets.Create("""{"instructions":"Be brief."}""", TimeSpan.FromMinutes(1))!;
        Assert.StartsWith("ek_", secret.Value, StringComparison.Ordinal);
        Assert.True(secrets.TryFind(secret.Value, out var session));
        Assert.Equal("""{"instructions":"Be brief."}""", session);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(secrets.TryFind(secret.Value, out _));
    }

    [Fact]
    public void An_unknown_secret_opens_nothing() => Assert.False(new ClientSecrets(_clock).TryFind("ek_0123", out _));

    [Fact]
    public void When_too_many_are_alive_no_more_are_made_until_some_expire()
    {
        var secrets = new ClientSecrets(_clock, capacity: 2);
        Assert.NotNull(secrets.Create("{}", TimeSpan.FromSeconds(10)));
        Assert.NotNull(secrets.Create("{}", TimeSpan.FromSeconds(60)));
        Assert.Null(secrets.Create("{}", TimeSpan.FromSeconds(60)));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.NotNull(secrets.Create("{}", TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Keys_are_needed_only_when_some_are_configured()
    {
        Assert.True(new ApiKeys([]).Accept(null));
        var keys = new ApiKeys(["sk-one", "sk-two"]);
        Assert.True(keys.Accept("sk-two"));
        Assert.False(keys.Accept("sk-three"));
        Assert.False(keys.Accept(null));
    }
}
