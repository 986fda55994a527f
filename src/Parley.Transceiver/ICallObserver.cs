namespace Parley.Transceiver;

/// <summary>Hears of the life of calls. Called by shard threads and by creators of calls: must be quick, thread-safe, and not throw.</summary>
public interface ICallObserver
{
    void CallCreated(string callId);

    /// <summary>Audio flows.</summary>
    void CallConnected(string callId, TimeSpan sinceCreated);

    void CallClosed(string callId, CallCloseReason reason, TimeSpan duration);
}
