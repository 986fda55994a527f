using System.Net.WebSockets;
using Parley.Realtime;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver.Audience;

/// <summary>A sideband's WebSocket: made before the upgrade, so that a refusal can still be said by HTTP; then run once, or disposed of.</summary>
public sealed class SidebandConnection : IDisposable
{
    /// <summary>The owner's queue is full for a moment at most.</summary>
    private static readonly TimeSpan RingAgainAfter = TimeSpan.FromMilliseconds(5);

    private readonly ISidebandHost _host;
    private readonly Sideband _sideband;
    private readonly MessageBudget _budget;
    private readonly SocketLimits _limits;
    private readonly TimeProvider _time;
    private int _hasLeft;

    internal SidebandConnection(ISidebandHost host, MessageBudget budget, SocketLimits limits, TimeProvider time)
    {
        (_host, _budget, _limits, _time) = (host, budget, limits, time);
        _sideband = new Sideband(host);
    }

    /// <summary>Attaches, and stays until the session ends, the client leaves, or the client falls behind. Does not throw for what clients do.</summary>
    public async Task RunAsync(WebSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var reader = new SocketReader(socket, _budget, RealtimeSession.MaxClientEventLength(AudioPath.Events), _limits, _time);
        var writer = new SocketWriter(socket, _sideband.Outgoing, _limits, _time);
        var traffic = Task.WhenAll(ReadAsync(reader), writer.RunAsync(static () => { }, () => _sideband.Complete(SocketEnd.Of(CallCloseReason.ClientTooSlow))));
        await _sideband.Outgoing.Ended;
        Dispose();
        await SocketClosing.AwaitAsync(socket, traffic, _limits, _time);
    }

    /// <summary>Gives the place back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hasLeft, 1) == 0) _host.ReturnSidebandPlace();
    }

    private async Task ReadAsync(SocketReader reader)
    {
        await RingAsync();
        var end = await reader.RunAsync(GiveAsync);
        _sideband.IsGone = true;
        Dispose();
        _sideband.Complete(SocketEnd.Of(end));
        await RingAsync();
        if (end.IsOpen()) await reader.DrainAsync();
    }

    private async ValueTask<bool> GiveAsync(ReadOnlyMemory<byte> message)
    {
        _sideband.Offer(message);
        await RingAsync();
        while (_sideband.HasMessage)
        {
            if (_sideband.Outgoing.Ended.IsCompleted) _sideband.Withdraw();
            if (_sideband.HasMessage) await _sideband.Taken.WaitAsync();
        }
        return !_sideband.Outgoing.Ended.IsCompleted;
    }

    private async ValueTask RingAsync()
    {
        while (!_sideband.TryRing()) await Task.Delay(RingAgainAfter, _time);
    }
}
