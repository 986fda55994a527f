using System.Buffers.Text;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests;

public sealed class ClientSecretsTests
{
    private static readonly SessionLayer Session = new("""{"instructions":"Be brief.","tools":[{"type":"mcp","server_label":"crm","authorization":"a-token-of-the-crm"}]}""");

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_secret_opens_its_session_until_it_expires()
    {
        var node = Node(TokenSecret.Random(), "key-one");
        var secret = Create(node, "key-one", TimeSpan.FromMinutes(1));
        Assert.StartsWith("ek_", secret.Value, StringComparison.Ordinal);
        Assert.True(node.Secrets.TryOpen(secret.Value, out var caller, out _));
        Assert.Equal(Session, caller.Session);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.True(node.Secrets.TryOpen(secret.Value, out _, out _));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(node.Secrets.TryOpen(secret.Value, out _, out var problem));
        Assert.Contains("expired", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_that_share_a_secret_take_each_others_tokens_and_others_do_not()
    {
        string[] shared = [new('s', 32)], newer = [new('n', 32), .. shared];
        var secret = Create(Node(TokenSecret.From(shared), "key-one"), "key-one", TimeSpan.FromMinutes(1));
        Assert.True(Node(TokenSecret.From(shared), "key-two", "key-one").Secrets.TryOpen(secret.Value, out var caller, out _));
        Assert.Equal(Session, caller.Session);
        // A secret is changed without a gap: the new one seals, the old one still opens.
        Assert.True(Node(TokenSecret.From(newer), "key-one").Secrets.TryOpen(secret.Value, out _, out _));
        Assert.False(Node(TokenSecret.From(newer[..1]), "key-one").Secrets.TryOpen(secret.Value, out _, out _));
        Assert.False(Node(TokenSecret.Random(), "key-one").Secrets.TryOpen(secret.Value, out _, out _));
    }

    [Fact]
    public void A_secret_is_void_when_the_key_that_made_it_is_gone()
    {
        var shared = TokenSecret.From([new('s', 32)]);
        var secret = Create(Node(shared, "key-one"), "key-one", TimeSpan.FromMinutes(1));
        Assert.False(Node(shared, "key-two").Secrets.TryOpen(secret.Value, out _, out var problem));
        Assert.Contains("no longer accepted", problem, StringComparison.Ordinal);
        // Nor does one that was made without any key open a server that has some since.
        var open = Node(shared);
        Assert.True(open.Secrets.TryCreate(open.Caller(null), Session, TimeSpan.FromMinutes(1), out var anyones));
        Assert.True(open.Secrets.TryOpen(anyones.Value, out _, out _));
        Assert.False(Node(shared, "key-one").Secrets.TryOpen(anyones.Value, out _, out _));
    }

    [Fact]
    public void The_holder_of_a_secret_cannot_read_what_it_is_bound_to()
    {
        var secret = Create(Node(TokenSecret.Random(), "key-one"), "key-one", TimeSpan.FromMinutes(1));
        var bytes = Base64Url.DecodeFromChars(secret.Value.AsSpan(3));
        foreach (var text in new[] { "Be brief", "a-token-of-the-crm", "instructions" })
            Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void The_end_user_that_the_maker_named_stays_bound_to_the_secret_and_prints_as_private()
    {
        var node = Node(TokenSecret.Random(), "key-one");
        var maker = node.Caller("key-one") with { SafetyIdentifier = new Pii<string>("user-4711") };
        Assert.True(node.Secrets.TryCreate(maker, new SessionLayer("{}", SessionForm.Beta), TimeSpan.FromMinutes(1), out var secret));
        Assert.True(node.Secrets.TryOpen(secret.Value, out var caller, out _));
        Assert.Equal(SessionForm.Beta, caller.Session!.Form);
        Assert.Equal("user-4711", caller.SafetyIdentifier?.Reveal());
        Assert.DoesNotContain("4711", caller.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_does_not_fit_into_a_header_makes_no_secret()
    {
        var node = Node(TokenSecret.Random());
        var random = new Random(1);
        var large = string.Concat(Enumerable.Range(0, 12_000).Select(_ => (char)random.Next('a', 'z')));
        Assert.False(node.Secrets.TryCreate(node.Caller(null), new SessionLayer(large), TimeSpan.FromMinutes(1), out _));
        // Text of people and schemas of tools pack well.
        var usual = string.Concat(Enumerable.Range(0, 200).Select(i => $"Rule {i}: when the caller asks for order number {i}, look it up before you answer. "));
        Assert.True(usual.Length > 14_000);
        Assert.True(node.Secrets.TryCreate(node.Caller(null), new SessionLayer(usual), TimeSpan.FromMinutes(1), out var secret));
        Assert.InRange(secret.Value.Length, 4, ClientTokenSeal.MaxLength);
    }

    [Fact]
    public void A_secret_that_was_changed_anywhere_opens_nothing()
    {
        var node = Node(TokenSecret.Random());
        Assert.True(node.Secrets.TryCreate(node.Caller(null), Session, TimeSpan.FromMinutes(1), out var secret));
        Gen.Select(Gen.Int[0, secret.Value.Length - 1], Gen.Char.AlphaNumeric).Sample((at, with) =>
        {
            var changed = secret.Value.ToCharArray();
            changed[at] = with;
            var text = new string(changed);
            return text == secret.Value || !node.Secrets.TryOpen(text, out _, out _) || SameBytes(text, secret.Value);
        });
        Gen.String.Sample(text => !node.Secrets.TryOpen("ek_" + text, out _, out _));
    }

    /// <summary>The last character of base64 may have bits that stand for nothing.</summary>
    private static bool SameBytes(string one, string other) =>
        Base64Url.DecodeFromChars(one.AsSpan(3)).AsSpan().SequenceEqual(Base64Url.DecodeFromChars(other.AsSpan(3)));

    private static ClientSecret Create(TestNode node, string key, TimeSpan lifetime)
    {
        Assert.True(node.Secrets.TryCreate(node.Caller(key), Session, lifetime, out var secret));
        return secret;
    }

    private TestNode Node(TokenSecret secret, params string[] keys)
    {
        var known = new ApiKeys([.. keys.Select(key => new KeyConfig("a test's", KeyHash.Of(key), KeyLimits.None))], file: null, KeyLimits.None, _clock, NullLogger.Instance);
        return new TestNode(known, new ClientSecrets(new ClientTokenSeal(secret), known, _clock));
    }

    private sealed record TestNode(ApiKeys Keys, ClientSecrets Secrets)
    {
        public Caller Caller(string? key) => Keys.TryFind(key, out var found) ? new Caller(found, null, null) : throw new InvalidOperationException("no such key");
    }
}
