using System.Text.Json;
using Parley.Speech.Options;

namespace Parley.Speech.Tests;

public sealed class SpeechOptionsTests
{
    private static SpeechConfig Read(string json, params (string Name, string Value)[] environment) => SpeechConfig.From(
        SpeechOptions.Parse(JsonElement.Parse(json), "server"),
        name => environment.FirstOrDefault(variable => variable.Name == name).Value);

    private static string Error(string json, params (string, string)[] environment) =>
        Assert.Throws<SpeechOptionsException>(() => Read(json, environment)).Message;

    [Fact]
    public void Nothing_set_means_everything_embedded()
    {
        var config = Read("""{"server":{"port":1}}""");
        Assert.True(config.HasEmbeddedChat && config.HasEmbeddedRecognizer && config.HasEmbeddedSynthesizer);
        Assert.Equal(SpeechConfig.DefaultInstructions, config.Instructions);
    }

    [Fact]
    public void A_local_server_needs_an_address_and_a_model_and_no_key()
    {
        var config = Read("""{"models":{"chat":{"url":"http://127.0.0.1:11434/v1","model":"llama3.2"}},"instructions":"Be kind."}""", ("OPENAI_API_KEY", "sk-1"));
        Assert.False(config.HasEmbeddedChat);
        Assert.Equal("Be kind.", config.Instructions);
        Assert.Equal("http://127.0.0.1:11434/v1/", config.Chat!.Url.AbsoluteUri);
        Assert.Null(config.Chat.Key);
    }

    [Fact]
    public void The_default_key_goes_to_openai_only_and_a_named_one_where_it_is_named()
    {
        var config = Read("""
            {"models":{"chat":{"provider":"openai","model":"gpt-4o-mini"},
                       "recognizer":{"url":"https://speech.example/v1","model":"w","keyEnvironmentVariable":"SPEECH_KEY"},
                       "synthesizer":{"url":"https://voice.example/v1","model":"t","voice":"nova"}}}
            """, ("OPENAI_API_KEY", "sk-1"), ("SPEECH_KEY", "sk-2"));
        Assert.Equal(("https://api.openai.com/v1/", "sk-1"), (config.Chat!.Url.AbsoluteUri, config.Chat.Key));
        Assert.Equal("sk-2", config.Recognizer!.Key);
        Assert.Null(config.Synthesizer!.Endpoint.Key);
        Assert.Equal(["nova"], config.Synthesizer.Voices);
        Assert.DoesNotContain("sk-", config.Chat.ToString() + config.Synthesizer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"modles":{}}""", "parley.json: unknown key 'modles'. Known are: models, instructions, mcp, server.")]
    [InlineData("""{"models":{"chat":{"modle":"x"}}}""", "models.chat: unknown key 'modle'")]
    [InlineData("""{"models":{"chat":{"apiKey":"sk-secret"}}}""", "name that in 'keyEnvironmentVariable'")]
    [InlineData("""{"models":{"chat":{"model":"a","model":"b"}}}""", "'model' is there twice")]
    [InlineData("""{"models":[]}""", "models: an object in braces")]
    [InlineData("""{"models":{"chat":{"model":5}}}""", "models.chat.model: a text in quotes")]
    [InlineData("""{"models":{"chat":{"provider":"embedded","model":"x"}}}""", "Remove them, or set provider to 'openai'")]
    [InlineData("""{"models":{"chat":{"provider":"ollama"}}}""", "models.chat.provider: 'ollama' is not known")]
    [InlineData("""{"models":{"chat":{"url":"http://x/v1"}}}""", "models.chat.model: name the model")]
    [InlineData("""{"models":{"chat":{"url":"localhost:11434","model":"x"}}}""", "is not a web address")]
    [InlineData("""{"models":{"chat":{"url":"http://user:pw@x/v1","model":"x"}}}""", "do not belong here")]
    [InlineData("""{"models":{"chat":{"url":"http://x/v1/chat/completions","model":"x"}}}""", "give the base address without /chat/completions")]
    [InlineData("""{"models":{"chat":{"provider":"openai","model":"x"}}}""", "Set the environment variable OPENAI_API_KEY")]
    [InlineData("""{"models":{"chat":{"url":"http://x","model":"x","keyEnvironmentVariable":"NONE"}}}""", "the environment variable NONE is not set")]
    [InlineData("""{"models":{"chat":{"voice":"nova"}}}""", "models.chat: unknown key 'voice'")]
    [InlineData("""{"models":{"synthesizer":{"provider":"embedded","voice":"nova"}}}""", "models.synthesizer: provider is 'embedded'")]
    [InlineData("""{"models":{"synthesizer":{"url":"http://x","model":"x","sampleRate":12345}}}""", "12345 is not supported")]
    [InlineData("""{"models":{"synthesizer":{"url":"http://x","model":"x","voices":[]}}}""", "the list is empty")]
    public void What_cannot_be_used_is_said_with_what_to_do(string json, string message)
    {
        var error = Error(json);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_are_told_at_once() =>
        Assert.Equal(2, Error("""{"models":{"chat":{"provider":"x"},"recognizer":{"provider":"y"}}}""").Split(Environment.NewLine).Length);
}
