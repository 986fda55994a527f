using Microsoft.Extensions.AI;
using Parley.Speech.Embedded;
using Parley.Speech.Embedded.Agent;
using Parley.Speech.OpenAi;
using Parley.Speech.Options;

namespace Parley.Speech;

/// <summary>Makes the models that the operator chose. Once per process: they are shared by all calls.</summary>
public static class ModelSetFactory
{
    /// <param name="embeddedRecognizer">Makes the recogniser that needs no server; asked only when the operator chose no other.</param>
    /// <exception cref="SpeechException">A library that an embedded model needs is missing; the message names its Debian package.</exception>
    public static ModelSet Create(SpeechConfig config, TimeProvider time, Func<IRecognizer> embeddedRecognizer)
    {
        ArgumentNullException.ThrowIfNull(config);
        IChatClient chat = config.Chat is { } chatServer ? new OpenAiChatClient(new OpenAiConnection(chatServer, time)) : new EmbeddedChatClient();
        IRecognizer recognizer = config.Recognizer is { } recognizerServer
            ? new OpenAiRecognizer(new OpenAiConnection(recognizerServer, time), time)
            : embeddedRecognizer();
        ISynthesizer synthesizer = config.Synthesizer is { } voice
            ? new OpenAiSynthesizer(new OpenAiConnection(voice.Endpoint, time), voice)
            : EmbeddedVoice();
        return new ModelSet(recognizer, chat, synthesizer, EmbeddedTools.Create(time)) { MaxInputTokens = config.MaxInputTokens };
    }

    /// <summary>Loads the voices now: a missing library is told at start, and the first caller does not wait for it.</summary>
    private static FliteSynthesizer EmbeddedVoice()
    {
        FliteSynthesizer.Load();
        return new FliteSynthesizer();
    }
}
