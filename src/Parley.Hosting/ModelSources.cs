using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Parley.Speech;
using Parley.Speech.Embedded;
using Parley.Speech.Mcp;
using Parley.Speech.Options;

namespace Parley.Hosting;

/// <summary>Puts the models of a call together: those of the container, and for each that it does not have the one that the configuration names.</summary>
internal sealed class ModelSources(IServiceProvider services, SpeechConfig speech, TimeProvider time)
{
    // Made once, on first use, however many names share it.
    private readonly Lazy<IChatClient> _chat = new(() => ModelSetFactory.CreateChat(speech, time));
    private readonly Lazy<IRecognizer> _recognizer = new(() => ModelSetFactory.CreateRecognizer(speech, time, () => new PhraseRecognizer()));
    private readonly Lazy<ISynthesizer> _synthesizer = new(() => ModelSetFactory.CreateSynthesizer(speech, time));

    private readonly IMcpConnector _mcp = services.GetService<IMcpConnector>() ?? ModelSetFactory.CreateMcp(speech, time);

    /// <exception cref="SpeechException">A library that an embedded model needs is missing.</exception>
    public ModelCatalog Catalog(IReadOnlyList<string> names) => new(SetOf(null), names.ToDictionary(name => name, SetOf));

    /// <param name="key">The key under which models may be registered; null: none.</param>
    private ModelSet SetOf(string? key)
    {
        if (Find<ModelSet>(key) is { } whole) return whole;
        var chat = Find<IChatClient>(key);
        return new ModelSet(
            Find<IRecognizer>(key) ?? _recognizer.Value, chat ?? _chat.Value, Find<ISynthesizer>(key) ?? _synthesizer.Value, ToolsOf(key, chat is not null))
        {
            MaxInputTokens = speech.MaxInputTokens,
            Mcp = _mcp,
        };
    }

    /// <summary>Without tools of the application's, models of the configuration have the embedded ones; a model of the application's own has none.</summary>
    private IReadOnlyList<AIFunction> ToolsOf(string? key, bool hasOwnChat)
    {
        IReadOnlyList<AIFunction> tools = key is null ? [] : [.. services.GetKeyedServices<AIFunction>(key)];
        if (tools.Count == 0) tools = [.. services.GetServices<AIFunction>()];
        return tools.Count > 0 || hasOwnChat ? tools : EmbeddedTools.Create(time);
    }

    private T? Find<T>(string? key)
        where T : class => (key is null ? null : services.GetKeyedService<T>(key)) ?? services.GetService<T>();
}
