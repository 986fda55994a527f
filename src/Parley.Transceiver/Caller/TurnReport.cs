namespace Parley.Transceiver.Caller;

/// <summary>How one turn of a <see cref="Dialogue"/> went.</summary>
public sealed record TurnReport
{
    public required string Label { get; init; }

    /// <summary>
    /// From the last audible sample of the turn to the first audible sample of the answer at the ear, after the playout buffer. Null when no
    /// answer was heard, or when it had begun before the turn was over.
    /// </summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>The answer, or an echo, was heard before the turn was over.</summary>
    public bool IsOverlapped { get; init; }

    /// <summary>From the first to the last audible sample of the answer; null when there was none.</summary>
    public TimeSpan? AnswerLength { get; init; }

    /// <summary>What the server understood, when it says so. Personal data.</summary>
    public string? Understood { get; init; }

    /// <summary>What the server answered, when it says so. Personal data.</summary>
    public string? Answer { get; init; }
}
