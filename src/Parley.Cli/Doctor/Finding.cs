namespace Parley.Cli.Doctor;

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to do about it; null when there is nothing to do.</param>
internal sealed record Finding(string Name, FindingStatus Status, string Detail, string? Advice = null);

internal enum FindingStatus
{
    Ok,

    /// <summary>Parley runs, but something is worse than it could be.</summary>
    Worse,

    /// <summary>Parley cannot hold a call like this.</summary>
    Missing,
}
