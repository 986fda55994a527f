using Parley.Net;
using Parley.Transceiver.Audience;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver.Routing;

/// <summary>Leads sidebands to a call: to the shard that owns it, or, while it waits for its client, straight to it.</summary>
internal sealed class CallSidebandHost(CallEntry entry, MonotonicClock clock) : ISidebandHost
{
    public bool TryPost(Sideband sideband)
    {
        if (entry.IsGone)
        {
            sideband.Complete(SocketEnd.Of(entry.Call.CloseReason));
            return true;
        }
        if (entry.Owner is { } owner) return owner.TryPost(new SidebandPost(entry, sideband));
        if (!entry.TryClaim()) return false;
        try
        {
            entry.Call.HandleSideband(sideband, clock.Now);
        }
        finally
        {
            entry.Release();
        }
        return true;
    }

    public bool TryTakeSidebandPlace() => entry.TryTakeSidebandPlace();

    public void ReturnSidebandPlace() => entry.ReturnSidebandPlace();
}
