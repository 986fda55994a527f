using System.Text.Json;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public void Without_a_file_everything_is_embedded_and_on_loopback()
    {
        var config = ParleyConfig.From(new ParleyOptions());
        Assert.Equal("127.0.0.1:8080", config.Server.Http.ToString());
        Assert.Equal(3478, config.Server.Udp.Port);
        Assert.Equal(OperatingSystem.IsLinux() ? 3478 : null, config.Server.Tcp?.Port);
        Assert.Equal(new ModelNames("phrase list", "rule-based agent", "flite"), config.Names);
    }

    [Fact]
    public void A_file_chooses_ports_and_models()
    {
        var config = Read("""
            { "server": { "port": 9000, "advertise": ["192.0.2.7"] },
              "models": { "chat": { "url": "http://127.0.0.1:11434/v1", "model": "llama3.2" } } }
            """);
        Assert.Equal(9000, config.Server.Http.Port);
        Assert.Equal("192.0.2.7", Assert.Single(config.Server.Advertised).ToString());
        Assert.Equal("llama3.2", config.Names.Chat);
    }

    [Fact]
    public void The_tcp_port_follows_the_udp_port_or_is_chosen_or_none()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Calls over TCP need Linux.");
        Assert.Equal(5000, Read("""{ "server": { "udpPort": 5000 } }""").Server.Tcp!.Port);
        Assert.Equal(443, Read("""{ "server": { "udpPort": 5000, "tcpPort": 443 } }""").Server.Tcp!.Port);
        Assert.Null(Read("""{ "server": { "tcp": false } }""").Server.Tcp);
    }

    [Fact]
    public void An_echo_uses_no_models()
    {
        var config = Read("""{ "server": { "agent": "echo", "maxCalls": 5000 } }""");
        Assert.Equal((AgentKind.Echo, 5000), (config.Server.Agent, config.Server.MaxCalls));
        Assert.Equal(ModelNames.None, config.Names);
    }

    [Fact]
    public void A_key_at_the_top_that_nobody_knows_is_an_error() =>
        Assert.Contains("servr", Assert.ThrowsAny<Exception>(() => Read("""{ "servr": {} }""")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "server": { "prt": 1 } }""", "unknown key 'prt'")]
    [InlineData("""{ "server": { "port": "many" } }""", "server.port")]
    [InlineData("""{ "server": { "origins": [1] } }""", "server.origins")]
    [InlineData("""{ "server": 8080 }""", "server")]
    [InlineData("""{ "server": { "port": 70000 } }""", "server.port")]
    [InlineData("""{ "server": { "listen": "everywhere" } }""", "server.listen")]
    [InlineData("""{ "server": { "origins": ["app.example"] } }""", "server.origins")]
    [InlineData("""{ "server": { "maxCalls": 0 } }""", "server.maxCalls")]
    [InlineData("""{ "server": { "tcpPort": 70000 } }""", "server.tcpPort")]
    [InlineData("""{ "server": { "tcpPort": 443, "tcp": false } }""", "server.tcpPort")]
    [InlineData("""{ "server": { "keys": [{ "name": "web", "hsh": "" }] } }""", "server.keys[0]: unknown key 'hsh'")]
    [InlineData("""{ "server": { "keys": [{ "name": "web", "hash": "sk-plain" }] } }""", "server.keys[0].hash")]
    [InlineData("""{ "server": { "keys": [{ "hash": "sha256:0" }] } }""", "server.keys[0].name")]
    [InlineData("""{ "server": { "keys": { "name": "web" } } }""", "server.keys")]
    [InlineData("""{ "server": { "limits": { "concurrentCalls": 0 } } }""", "server.limits.concurrentCalls")]
    [InlineData("""{ "server": { "limits": { "callsPerHour": 1 } } }""", "server.limits: unknown key 'callsPerHour'")]
    [InlineData("""{ "server": { "tokenSecretFile": "/nonexistent/secret" } }""", "server.tokenSecretFile")]
    [InlineData("""{ "server": { "maxSessionMinutes": 0 } }""", "server.maxSessionMinutes")]
    [InlineData("""{ "server": { "agent": "parrot" } }""", "server.agent")]
    [InlineData("""{ "server": { "agent": 1 } }""", "server.agent")]
    [InlineData("""{ "server": { "agent": "echo" }, "instructions": "Be kind." }""", "server.agent")]
    public void A_value_that_cannot_be_used_is_an_error_that_names_its_key(string json, string key) =>
        Assert.Contains(key, Assert.Throws<ConfigurationException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_server_that_others_can_reach_refuses_to_start_without_keys() =>
        Assert.Contains(
            "PARLEY_TEST_NO_KEYS",
            Assert.Throws<ConfigurationException>(
                () => Read("""{ "server": { "listen": "0.0.0.0", "apiKeysEnvironmentVariable": "PARLEY_TEST_NO_KEYS" } }""")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Keys_in_the_file_are_hashes_with_names_and_limits_of_their_own_or_those_of_all()
    {
        var (web, app) = (KeyHash.Of("one"), KeyHash.Of("two"));
        var keys = Read($$"""
            { "server": { "listen": "0.0.0.0", "limits": { "callsPerMinute": 30 }, "keys": [
                { "name": "web", "hash": "{{web}}", "limits": { "minutesPerDay": 600 } }, { "name": "app", "hash": "{{app}}" }] } }
            """).Server.Keys;
        Assert.Equal(["web", "app"], keys.Select(key => key.Name));
        Assert.Equal([new KeyLimits { MinutesPerDay = 600 }, new KeyLimits { CallsPerMinute = 30 }], keys.Select(key => key.Limits));
        Assert.True(keys[1].Hash.Matches(app));
        Assert.Contains("twice", Assert.Throws<ConfigurationException>(() => Read(
            $$"""{ "server": { "keys": [{ "name": "a", "hash": "{{web}}" }, { "name": "b", "hash": "{{web}}" }] } }""")).Message, StringComparison.Ordinal);
    }

    private static ParleyConfig Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ParleyConfig.From(ParleyOptions.Read(document.RootElement));
    }
}
