using Microsoft.Extensions.Logging;
using Parley.Rtc;

namespace Parley.Transceiver.Routing;

/// <summary>Counts the lives of calls and tells those who want to know. Thread-safe; nothing here runs per packet.</summary>
internal sealed class CallLedger(ICallObserver? observer, ILogger logger)
{
    private readonly long[] _closed = new long[Enum.GetValues<CallCloseReason>().Length];
    private readonly long[] _refused = new long[Enum.GetValues<CallRefusal>().Length];
    private readonly long[] _peerDrops = new long[Enum.GetValues<PeerDropReason>().Length];
    private long _created;
    private long _connected;
    private long _faults;

    public long CreatedCount => Volatile.Read(ref _created);

    public long ConnectedCount => Volatile.Read(ref _connected);

    public long FaultCount => Volatile.Read(ref _faults);

    public long ClosedCount(CallCloseReason reason) => Volatile.Read(ref _closed[(int)reason]);

    public long RefusedCount(CallRefusal reason) => Volatile.Read(ref _refused[(int)reason]);

    /// <summary>What the transports of calls that have ended dropped.</summary>
    public long PeerDropCount(PeerDropReason reason) => Volatile.Read(ref _peerDrops[(int)reason]);

    public void Created(string callId)
    {
        Interlocked.Increment(ref _created);
        TransceiverLog.CallCreated(logger, callId);
        observer?.CallCreated(callId);
    }

    public void Connected(string callId, TimeSpan after)
    {
        Interlocked.Increment(ref _connected);
        TransceiverLog.CallConnected(logger, callId, after.TotalMilliseconds);
        observer?.CallConnected(callId, after);
    }

    public void Closed(ILiveCall call, CallCloseReason reason, TimeSpan duration)
    {
        for (var i = 0; i < _peerDrops.Length; i++) Interlocked.Add(ref _peerDrops[i], call.Drops[(PeerDropReason)i]);
        Closed(call.Id, reason, duration);
    }

    public void Closed(string callId, CallCloseReason reason, TimeSpan duration)
    {
        Interlocked.Increment(ref _closed[(int)reason]);
        TransceiverLog.CallClosed(logger, callId, reason, duration.TotalSeconds);
        observer?.CallClosed(callId, reason, duration);
    }

    public void Refused(CallRefusal reason)
    {
        Interlocked.Increment(ref _refused[(int)reason]);
        TransceiverLog.CallRefused(logger, reason);
    }

    public void Faulted(string callId, Exception exception)
    {
        Interlocked.Increment(ref _faults);
        TransceiverLog.CallFaulted(logger, exception, callId);
    }

    public void ShardFaulted(Exception exception)
    {
        Interlocked.Increment(ref _faults);
        TransceiverLog.ShardFaulted(logger, exception);
    }
}
