using Parley.Realtime.Protocol;

namespace Parley.Transceiver.Routing;

/// <summary>Posted to the owner of a call: end it.</summary>
/// <param name="Error">What the client is told first; null: nothing.</param>
internal sealed record HangUp(CallEntry Entry, CallCloseReason Reason, RealtimeError? Error = null)
{
    public void Run(ILiveCall call, Instant now)
    {
        if (Error is { } error) call.End(error, now);
        else call.Close(Reason, now);
    }
}
