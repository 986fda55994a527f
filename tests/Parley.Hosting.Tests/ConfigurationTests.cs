using System.Text.Json;
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

    [Theory]
    [InlineData("""{ "servr": {} }""")]
    [InlineData("""{ "server": { "prt": 1 } }""")]
    [InlineData("""{ "server": { "port": "many" } }""")]
    public void A_key_that_nobody_knows_or_a_value_of_the_wrong_kind_is_an_error(string json) =>
        Assert.ThrowsAny<Exception>(() => Read(json));

    [Theory]
    [InlineData("""{ "server": { "port": 70000 } }""", "server.port")]
    [InlineData("""{ "server": { "listen": "everywhere" } }""", "server.listen")]
    [InlineData("""{ "server": { "origins": ["app.example"] } }""", "server.origins")]
    [InlineData("""{ "server": { "maxCalls": 0 } }""", "server.maxCalls")]
    public void A_value_that_cannot_be_used_is_an_error_that_names_its_key(string json, string key) =>
        Assert.Contains(key, Assert.Throws<ConfigurationException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_server_that_others_can_reach_refuses_to_start_without_keys() =>
        Assert.Contains(
            "PARLEY_TEST_NO_KEYS",
            Assert.Throws<ConfigurationException>(
                () => Read("""{ "server": { "listen": "0.0.0.0", "apiKeysEnvironmentVariable": "PARLEY_TEST_NO_KEYS" } }""")).Message,
            StringComparison.Ordinal);

    private static ParleyConfig Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ParleyConfig.From(ParleyOptions.Read(document.RootElement));
    }
}
