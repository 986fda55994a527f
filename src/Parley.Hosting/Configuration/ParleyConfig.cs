using Parley.Speech.Options;

namespace Parley.Hosting.Configuration;

/// <summary>Validated <see cref="ParleyOptions"/>. Immutable.</summary>
public sealed record ParleyConfig(ServerConfig Server, SpeechConfig Speech, ModelNames Names)
{
    /// <exception cref="ConfigurationException">With what to change.</exception>
    public static ParleyConfig From(ParleyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Server.Agent == AgentKind.Echo && options.Speech != new SpeechOptions())
            throw new ConfigurationException("server.agent is echo, which uses no models: remove models and instructions, or choose the agent 'models'.");
        try
        {
            var speech = SpeechConfig.From(options.Speech);
            return new ParleyConfig(ServerConfig.From(options.Server), speech, options.Server.Agent == AgentKind.Echo ? ModelNames.None : ModelNames.Of(options.Speech.Models, speech));
        }
        catch (SpeechOptionsException exception)
        {
            throw new ConfigurationException(exception.Message, exception);
        }
    }
}

/// <summary>What the models are called, for people.</summary>
public sealed record ModelNames(string Recognizer, string Chat, string Synthesizer)
{
    internal static ModelNames None { get; } = new("none", "echo", "none");

    internal static ModelNames Of(ModelsOptions models, SpeechConfig speech) => new(
        speech.HasEmbeddedRecognizer ? "phrase list" : models.Recognizer.Model!,
        speech.HasEmbeddedChat ? "rule-based agent" : models.Chat.Model!,
        speech.HasEmbeddedSynthesizer ? "flite" : models.Synthesizer.Model!);
}
