namespace Parley.Transceiver.Routing;

/// <summary>Posted to the owner of a call: the server is going away, and the client is to know.</summary>
internal sealed record DrainNotice(CallEntry Entry, Instant End)
{
    public void Run(ILiveCall call, Instant now) => call.HandleDraining(End, now);
}
