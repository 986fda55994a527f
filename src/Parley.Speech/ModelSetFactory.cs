using Microsoft.Extensions.AI;
using Parley.Speech.Embedded;
using Parley.Speech.Embedded.Agent;
using Parley.Speech.Mcp;
using Parley.Speech.OpenAi;
using Parley.Speech.Options;

namespace Parley.Speech;

/// <summary>Makes the models that the operator chose. Once per process: they are shared by all calls.</summary>
public static class ModelSetFactory
{
    /// <summary>All three, with the embedded tools.</summary>
    /// <param name="embeddedRecognizer">Makes the recogniser that needs no server; asked only when the operator chose no other.</param>
    /// <exception cref="SpeechException">A library that an embedded model needs is missing; the message names its Debian package.</exception>
    public static ModelSet Create(SpeechConfig config, TimeProvider time, Func<IRecognizer> embeddedRecognizer) => new(
        CreateRecognizer(config, time, embeddedRecognizer), CreateChat(config, time), CreateSynthesizer(config, time), EmbeddedTools.Create(time))
    {
        MaxInputTokens = config.MaxInputTokens,
        Mcp = CreateMcp(config, time),
    };

    public static IChatClient CreateChat(SpeechConfig config, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Chat is { } server ? new OpenAiChatClient(new OpenAiConnection(server, time)) : new EmbeddedChatClient();
    }

    public static IMcpConnector CreateMcp(SpeechConfig config, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new McpConnector(config.Mcp, time);
    }

    /// <param name="embedded">Makes the recogniser that needs no server; asked only when the operator chose no other.</param>
    public static IRecognizer CreateRecognizer(SpeechConfig config, TimeProvider time, Func<IRecognizer> embedded)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(embedded);
        return config.Recognizer is { } server ? new OpenAiRecognizer(new OpenAiConnection(server, time), time) : embedded();
    }

    /// <exception cref="SpeechException">A library that the embedded voice needs is missing; the message names its Debian package.</exception>
    public static ISynthesizer CreateSynthesizer(SpeechConfig config, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Synthesizer is { } voice ? new OpenAiSynthesizer(new OpenAiConnection(voice.Endpoint, time), voice) : EmbeddedVoice();
    }

    /// <summary>Loads the voices now: a missing library is told at start, and the first caller does not wait for it.</summary>
    private static FliteSynthesizer EmbeddedVoice()
    {
        FliteSynthesizer.Load();
        return new FliteSynthesizer();
    }
}
