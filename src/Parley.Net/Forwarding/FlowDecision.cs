namespace Parley.Net.Forwarding;

/// <summary>What becomes of a packet whose source has no flow.</summary>
public readonly record struct FlowDecision
{
    /// <summary>Nothing is stored, and nothing sent.</summary>
    public static readonly FlowDecision Drop;

    private FlowDecision(TransportAddress transceiver)
    {
        IsForwarded = true;
        Transceiver = transceiver;
    }

    public bool IsForwarded { get; }

    /// <summary>Where it takes the inner protocol.</summary>
    public TransportAddress Transceiver { get; }

    public static FlowDecision ForwardTo(TransportAddress transceiver) => new(transceiver);
}
