using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Parley.Hosting.Configuration;
using Parley.Realtime.Settings;
using Parley.Speech;
using Parley.Speech.Options;

namespace Parley.Hosting;

/// <summary>What an application sets when it adds Parley to its services.</summary>
/// <remarks>
/// The models are those of the application's own container: an <see cref="IChatClient"/>, an <see cref="IRecognizer"/>, an
/// <see cref="ISynthesizer"/>, and every <see cref="AIFunction"/> as a tool; or a whole <see cref="ModelSet"/>. All are shared by all calls,
/// so they are to be singletons. What is not registered is what <see cref="Speech"/> says, by default the embedded one.
/// </remarks>
public sealed class ParleyBuilder
{
    private readonly List<string> _models = [];

    internal ParleyBuilder()
    {
    }

    /// <summary>
    /// Ports of calls, keys, limits, origins. HTTP is the application's own: <see cref="ServerOptions.Port"/>, <see cref="ServerOptions.Listen"/> and
    /// <see cref="ServerOptions.Tls"/> stay as they are.
    /// </summary>
    public ServerOptions Server { get; set; } = new();

    /// <summary>Models that the container does not have, and the instructions of a session whose client gives none.</summary>
    public SpeechOptions Speech { get; set; } = new();

    /// <summary>What a session has when its client says nothing. The instructions are those of <see cref="Speech"/>, where it has any.</summary>
    public SessionSettings Session { get; set; } = SessionSettings.Default with { Instructions = SpeechConfig.DefaultInstructions };

    internal IReadOnlyList<string> Models => _models;

    /// <summary>
    /// Sets <see cref="Server"/>, and <see cref="Speech"/>, from a section with the keys of parley.json:
    /// <c>Server:UdpPort</c>, <c>Models:Chat:Url</c>, <c>Instructions</c>, …
    /// </summary>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is of another kind.</exception>
    public ParleyBuilder Bind(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        try
        {
            var options = section.Get<SectionOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new SectionOptions();
            (Server, Speech) = (options.Server, new SpeechOptions { Models = options.Models, Instructions = options.Instructions, Mcp = options.Mcp });
            return this;
        }
        catch (InvalidOperationException exception)
        {
            throw new ConfigurationException(exception.Message, exception);
        }
    }

    /// <summary>
    /// A name that clients may ask for as <c>model</c>. Models and tools that are registered under it as a key
    /// (<c>services.AddKeyedSingleton&lt;IChatClient&gt;(name, …)</c>) answer its sessions; for the others those without a key do.
    /// </summary>
    public ParleyBuilder AddModel(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (_models.Contains(name)) throw new ArgumentException($"The model '{name}' is there already.", nameof(name));
        _models.Add(name);
        return this;
    }

    /// <summary>The keys of a section.</summary>
    private sealed record SectionOptions
    {
        public ServerOptions Server { get; init; } = new();

        public ModelsOptions Models { get; init; } = new();

        public string? Instructions { get; init; }

        public McpOptions Mcp { get; init; } = new();
    }
}
