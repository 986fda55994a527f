namespace Parley.Transceiver.Caller;

/// <summary>What a <see cref="Dialogue"/> says and how long it waits.</summary>
public sealed record DialogueConfig
{
    /// <summary>In order; each is begun when the answer to the one before is over. Without any the caller only listens, or speaks live.</summary>
    public required IReadOnlyList<CallerTurn> Turns { get; init; }

    /// <summary>How long an answer may keep the caller waiting. 15 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>When set, the dialogue is over so long after the last turn was said, answered or not.</summary>
    public TimeSpan? ListenAfter { get; init; }

    /// <summary>The dialogue is over with the first sound of an answer.</summary>
    public bool EndsAtFirstSound { get; init; }
}
