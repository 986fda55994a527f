namespace Parley.Transceiver.Audience;

/// <summary>Leads a sideband to the session's owner. Thread-safe.</summary>
internal interface ISidebandHost
{
    /// <summary>
    /// The owner will hand the sideband to its <see cref="SessionAudience"/>; where the session is over, the sideband is told so. False: the owner
    /// cannot be asked just now.
    /// </summary>
    bool TryPost(Sideband sideband);

    /// <summary>Takes one of a session's places for sidebands; false when there is none.</summary>
    bool TryTakeSidebandPlace();

    void ReturnSidebandPlace();
}
