using System.Collections.Concurrent;
using System.Net.WebSockets;
using Parley.Net;
using Parley.Realtime;
using Parley.Realtime.Protocol;
using Parley.Transceiver.Audience;
using Parley.Transceiver.Models;

namespace Parley.Transceiver.Sockets;

/// <summary>
/// Drives one <see cref="SocketCall"/> and its WebSocket on the thread pool: an actor that is woken by its client's messages, its models, its
/// sidebands and its timer, and that alone touches the call. Made before the upgrade, so that a refusal can still be said by HTTP;
/// then run once, or disposed of.
/// </summary>
public sealed class SocketConnection : ISidebandHost, IDisposable
{
    /// <summary>So many bytes are handed to the network at a time; what follows waits in the call, where it can still be dropped.</summary>
    private const int MaxInFlight = 64 * 1024;

    /// <summary>While more than this waits for the client, nothing more is taken from it: it may not ask faster than it listens.</summary>
    private const int MaxUnheard = SessionAudience.MaxQueuedBytes / 2;

    private readonly SocketCalls _owner;
    private readonly SocketCall _call;
    private readonly AsyncSignal _signal;
    private readonly AsyncSignal _taken = new();
    private readonly OutgoingEvents _outgoing = new(int.MaxValue);
    private readonly ConcurrentQueue<Sideband> _sidebands = new();
    private ReadOnlyMemory<byte> _message;
    private bool _hasMessage;
    private bool _isBehind;
    private EndRequest? _endRequest;
    private DrainNotice? _drainNotice;
    private int _sidebandCount;
    private int _hasLeft;
    private SocketReadEnd? _readEnd;
    private Instant _timerAt = Instant.Never;
    private bool _hasTimerFired;

    internal SocketConnection(SocketCalls owner, SocketCall call, AsyncSignal signal)
    {
        (_owner, _call, _signal) = (owner, call, signal);
    }

    /// <summary>The session's: <c>sess_…</c></summary>
    public string Id => _call.Id;

    private TimeProvider Time => _owner.Time;

    private SocketLimits Limits => _owner.Limits;

    /// <summary>Stays until the call is over, then says goodbye. Does not throw for what clients do.</summary>
    public async Task RunAsync(WebSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var reader = new SocketReader(socket, _owner.Budget, RealtimeSession.MaxClientEventLength(AudioPath.Events), Limits, Time);
        var writer = new SocketWriter(socket, _outgoing, Limits, Time);
        Task traffic;
        await using (var timer = Time.CreateTimer(static connection => ((SocketConnection)connection!).HandleTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan))
        {
            _owner.Connected(_call);
            traffic = Task.WhenAll(ReadAsync(reader), writer.RunAsync(NoteSent, () => RequestEnd(CallCloseReason.ClientTooSlow)));
            await ActAsync(timer);
        }
        var end = _call.EndAfter(_readEnd);
        // The call is over, and its place free before anybody can know; what is left is the goodbye.
        Dispose();
        _outgoing.Complete(end);
        // Sidebands that came too late.
        while (_sidebands.TryDequeue(out var sideband)) sideband.Complete(SocketEnd.Of(_call.CloseReason!.Value));
        _taken.Set();
        if (_readEnd == SocketReadEnd.Lost) socket.Abort();
        await SocketClosing.AwaitAsync(socket, traffic, Limits, Time);
    }

    /// <summary>Gives the call's place back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hasLeft, 1) == 1) return;
        // Nothing happens when it is over; otherwise it was never run, for the client was gone before the upgrade.
        _call.Close(CallCloseReason.ConnectionLost, _owner.Clock.Now);
        _owner.Remove(this, _call);
    }

    /// <summary>Any thread: the call is to end. The first request counts.</summary>
    /// <param name="error">What the client is told first; null: nothing.</param>
    internal void RequestEnd(CallCloseReason reason, RealtimeError? error = null)
    {
        if (Interlocked.CompareExchange(ref _endRequest, new EndRequest(reason, error), null) is null) _signal.Set();
    }

    /// <summary>Any thread: the server is going away, and the client is to know.</summary>
    internal void NoteDraining(Instant end)
    {
        Volatile.Write(ref _drainNotice, new DrainNotice(end));
        _signal.Set();
    }

    bool ISidebandHost.TryPost(Sideband sideband)
    {
        _sidebands.Enqueue(sideband);
        // After the end nobody looks into the queue any more; who comes before it is found there.
        if (_outgoing.Ended.IsCompleted) sideband.Complete(SocketEnd.Of(_call.CloseReason!.Value));
        _signal.Set();
        return true;
    }

    bool ISidebandHost.TryTakeSidebandPlace()
    {
        if (Interlocked.Increment(ref _sidebandCount) <= SessionAudience.MaxSidebands) return true;
        Interlocked.Decrement(ref _sidebandCount);
        return false;
    }

    void ISidebandHost.ReturnSidebandPlace() => Interlocked.Decrement(ref _sidebandCount);

    private async Task ReadAsync(SocketReader reader)
    {
        var end = await reader.RunAsync(TakeAsync);
        _readEnd = end;
        RequestEnd(end.OfCall());
        if (end.IsOpen()) await reader.DrainAsync();
    }

    private async ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> message)
    {
        _message = message;
        Volatile.Write(ref _hasMessage, true);
        _signal.Set();
        while (Volatile.Read(ref _hasMessage) && !_outgoing.Ended.IsCompleted) await _taken.WaitAsync();
        return !_outgoing.Ended.IsCompleted;
    }

    private async Task ActAsync(ITimer timer)
    {
        try
        {
            _call.HandleOpened(_owner.Clock.Now);
            while (true)
            {
                var isDone = Step(_owner.Clock.Now);
                Forward();
                if (_call.CloseReason is not null) return;
                if (!isDone)
                {
                    // Others have their turn; the rest of this one's work is done after theirs.
                    await Task.Yield();
                    continue;
                }
                Arm(timer);
                await _signal.WaitAsync();
            }
        }
        catch (Exception exception)
        {
            _owner.Faulted(_call, exception);
            _call.Dispose();
        }
    }

    /// <summary>False: there is more to do at once.</summary>
    private bool Step(Instant now)
    {
        _call.HandleModels(now);
        if (_call.NextDeadline.IsDue(now)) _call.HandleTimeout(now);
        if (Interlocked.Exchange(ref _drainNotice, null) is { } notice) _call.HandleDraining(notice.End, now);
        if (Volatile.Read(ref _endRequest) is { } request) End(request, now);
        if (_call.IsHearing) _call.Hear(now);
        if (!_call.IsHearing && Volatile.Read(ref _hasMessage) && _call.QueuedBytes <= MaxUnheard) TakeMessage(now);
        if (!_call.IsHearing && _sidebands.TryDequeue(out var sideband)) _call.HandleSideband(sideband, now);
        return !_call.IsHearing && _sidebands.IsEmpty;
    }

    private void End(EndRequest request, Instant now)
    {
        if (request.Error is { } error) _call.End(error, now);
        _call.Close(request.Reason, now);
    }

    private void TakeMessage(Instant now)
    {
        _call.HandleClientEvent(_message.Span, now);
        _message = default;
        Volatile.Write(ref _hasMessage, false);
        _taken.Set();
        if (_call.IsHearing) _call.Hear(now);
    }

    /// <summary>Hands to the network what it takes for now; all, when nothing follows.</summary>
    private void Forward()
    {
        do
        {
            Volatile.Write(ref _isBehind, false);
            while ((_outgoing.Bytes < MaxInFlight || _call.CloseReason is not null) && _call.TryPollServerEvent(out var utf8Json)) _outgoing.TryAdd(utf8Json);
            if (_call.QueuedBytes == 0) return;
            Volatile.Write(ref _isBehind, true);
            Interlocked.MemoryBarrier();
        }
        while (_outgoing.Bytes < MaxInFlight);
    }

    private void NoteSent()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isBehind) && _outgoing.Bytes < MaxInFlight) _signal.Set();
    }

    private void HandleTimer()
    {
        Volatile.Write(ref _hasTimerFired, true);
        _signal.Set();
    }

    /// <summary>A timer that fires in vain is cheaper than one that is set again for each message.</summary>
    private void Arm(ITimer timer)
    {
        if (Volatile.Read(ref _hasTimerFired))
        {
            Volatile.Write(ref _hasTimerFired, false);
            _timerAt = Instant.Never;
        }
        var next = _call.NextDeadline.At;
        if (next >= _timerAt) return;
        _timerAt = next;
        var wait = Math.Ceiling((next - _owner.Clock.Now).TotalMilliseconds);
        timer.Change(TimeSpan.FromMilliseconds(Math.Max(wait, 0)), Timeout.InfiniteTimeSpan);
    }

    private sealed record DrainNotice(Instant End);

    private sealed record EndRequest(CallCloseReason Reason, RealtimeError? Error);
}
