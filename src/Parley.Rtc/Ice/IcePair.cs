namespace Parley.Rtc.Ice;

/// <summary>
/// A remote candidate and the check that goes to it. The local half is always the one socket of its family, so the pair is known
/// by its remote address. (RFC 8445 §6.1.2)
/// </summary>
internal sealed class IcePair(IceCandidate remote, uint localPriority)
{
    /// <summary>A field, so that the transaction is changed in place.</summary>
    public IceTransaction Transaction;

    public TransportAddress Address => Remote.Address;

    /// <summary>A candidate learnt from a check takes on what a description says of it later. (RFC 8445 §7.3.1.3)</summary>
    public IceCandidate Remote { get; set; } = remote;

    public IcePairState State { get; set; }

    /// <summary>When the check under way is repeated.</summary>
    public Instant NextSend { get; set; }

    /// <summary>A check from there asks for one to there, ahead of the others. (RFC 8445 §7.3.1.4)</summary>
    public bool IsTriggered { get; set; }

    /// <summary>The remote nominated it, perhaps before our own check succeeded. (RFC 8445 §7.3.1.5)</summary>
    public bool IsNominated { get; set; }

    public ulong PriorityAs(bool isControlling) => isControlling
        ? IcePriority.ForPair(localPriority, Remote.Priority)
        : IcePriority.ForPair(Remote.Priority, localPriority);
}
