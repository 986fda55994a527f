namespace Parley.Net.Forwarding;

/// <summary>What bounds a <see cref="FlowTable"/>.</summary>
internal sealed record FlowLimits
{
    /// <summary>Flows at a time; memory for all is taken at the start.</summary>
    public int MaxFlows { get; init; } = 65536;

    /// <summary>How long an unconfirmed flow is kept without a packet.</summary>
    public TimeSpan UnconfirmedTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long any other is.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(60);
}
