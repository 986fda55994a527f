namespace Parley.Realtime.Settings;

public enum TurnDetectionKind { ServerVad, SemanticVad }

public enum Eagerness { Auto, Low, Medium, High }

/// <summary>When a turn begins and ends, and what follows from it.</summary>
public sealed record TurnDetectionSettings
{
    public static readonly TurnDetectionSettings ServerVad = new();

    public TurnDetectionKind Kind { get; init; } = TurnDetectionKind.ServerVad;

    /// <summary>Probability of speech from which a frame counts as speech, 0…1.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Audio before the first speech that belongs to the turn.</summary>
    public TimeSpan PrefixPadding { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Silence that ends a turn.</summary>
    public TimeSpan SilenceDuration { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Silence after a reply after which the model speaks of its own accord; null: never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>How soon a pause counts as the end, for <see cref="TurnDetectionKind.SemanticVad"/>.</summary>
    public Eagerness Eagerness { get; init; } = Eagerness.Auto;

    /// <summary>The end of a turn starts a reply.</summary>
    public bool CreatesResponse { get; init; } = true;

    /// <summary>The start of a turn cancels the reply that is being made or heard.</summary>
    public bool InterruptsResponse { get; init; } = true;
}
