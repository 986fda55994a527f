namespace Parley.Cli.Load;

/// <summary>How a load stands or stood.</summary>
internal sealed record LoadReport
{
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Calls whose offers were not refused.</summary>
    public required int Begun { get; init; }

    /// <summary>Offers that were refused for now; another one followed each.</summary>
    public required int Refused { get; init; }

    /// <summary>Calls that were given up before they were set up.</summary>
    public required int Abandoned { get; init; }

    /// <summary>Of calls that are over, but for those that were given up.</summary>
    public required IReadOnlyList<CallOutcome> Outcomes { get; init; }

    public int Lost => Outcomes.Count(outcome => outcome.LostBy is not null);

    /// <summary>Calls that this caller hung up.</summary>
    public int Ended => Outcomes.Count - Lost;

    /// <summary>Calls that are being set up, or talk.</summary>
    public int Up => Begun - Abandoned - Outcomes.Count;

    public IEnumerable<(string Reason, int Count)> LostBy => Outcomes
        .Where(outcome => outcome.LostBy is not null)
        .CountBy(outcome => outcome.LostBy!)
        .OrderByDescending(reason => reason.Value)
        .Select(reason => (reason.Key, reason.Value));

    /// <summary>The longest time between two looks of the caller at its sockets.</summary>
    public TimeSpan CallerStandstill { get; init; }

    public Spread SetUp => Spread.Of(Outcomes.Select(outcome => outcome.SetUp));

    public Spread FirstMedia => Spread.Of(Outcomes.Select(outcome => outcome.FirstMedia));

    public Spread LongestSilence => Spread.Of(Outcomes.Select(outcome => outcome.LongestSilence));
}
