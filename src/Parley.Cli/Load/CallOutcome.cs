namespace Parley.Cli.Load;

/// <summary>What came of one call of the load.</summary>
internal sealed record CallOutcome
{
    /// <summary>Why it ended, when that was not this caller's will; null: this caller hung up.</summary>
    public string? LostBy { get; init; }

    /// <summary>From the offer's way out to the connection; null: there was none.</summary>
    public TimeSpan? SetUp { get; init; }

    /// <summary>From the offer's way out to the first packet of audio that came; null: none came.</summary>
    public TimeSpan? FirstMedia { get; init; }

    /// <summary>The longest time without a packet of audio, from the first one to the end; null: none came.</summary>
    public TimeSpan? LongestSilence { get; init; }

    public long FramesSent { get; init; }

    public long FramesReceived { get; init; }

    /// <summary>What was sent to us and never came.</summary>
    public long FramesLost { get; init; }

    /// <summary>What we sent and the server missed, as far as it has reported.</summary>
    public long RemoteFramesLost { get; init; }
}
