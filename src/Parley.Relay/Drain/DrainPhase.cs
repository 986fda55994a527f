namespace Parley.Relay.Drain;

/// <summary>How far a relay is from its end.</summary>
public enum DrainPhase
{
    /// <summary>New flows are taken.</summary>
    Serving,

    /// <summary>No new flows; those that there are go on.</summary>
    Draining,

    /// <summary>Over: no flow is left, or the time is up, or nobody wanted to wait.</summary>
    Ended,
}
