namespace Parley.Speech;

/// <summary>Deadlines and bounds of a reply.</summary>
public sealed record ReplyPipelineConfig
{
    public static readonly ReplyPipelineConfig Default = new();

    /// <summary>How long the chat model may think before it sends anything. Generous: a local server may first load the model.</summary>
    public TimeSpan FirstTokenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan NextTokenTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the synthesiser may take to a clause's first audio.</summary>
    public TimeSpan FirstAudioTimeout { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan NextAudioTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one of the server's own tools may run.</summary>
    public TimeSpan ToolTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times the outcomes of tools are fed back before the model has to answer with words.</summary>
    public int MaxToolRounds { get; init; } = 5;
}
