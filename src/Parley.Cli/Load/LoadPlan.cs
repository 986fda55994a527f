namespace Parley.Cli.Load;

/// <summary>What load is asked for.</summary>
internal sealed record LoadPlan
{
    /// <summary>Up at once.</summary>
    public required int Calls { get; init; }

    /// <summary>From when a call is connected to when it is hung up; null: to the end of the run.</summary>
    public TimeSpan? CallLength { get; init; }

    /// <summary>From when calls begin to when no more do, and those that are up are hung up.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Calls begun a second, at most.</summary>
    public required double Ramp { get; init; }

    /// <summary>Goes to the server's TCP candidates alone.</summary>
    public bool ForcesTcp { get; init; }
}
