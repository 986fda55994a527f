using System.Net.WebSockets;
using Parley.Transceiver.Sockets;

namespace Parley.Hosting.Fleet;

/// <summary>Joins two WebSockets: whatever comes by one goes out by the other, ends included. Nothing is held back, so who is slow slows the other.</summary>
internal static class SocketBridge
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>Stays until both have ended. Does not throw for what connections do.</summary>
    public static async Task RunAsync(WebSocket one, WebSocket other, SocketLimits limits, TimeProvider time)
    {
        Task[] ways = [ForwardAsync(one, other), ForwardAsync(other, one)];
        await Task.WhenAny(ways);
        var all = Task.WhenAll(ways);
        try
        {
            // One side has said goodbye; the other has a little time to answer it.
            await all.WaitAsync(limits.CloseTimeout, time);
        }
        catch (TimeoutException)
        {
            one.Abort();
            other.Abort();
            await all;
        }
    }

    private static async Task ForwardAsync(WebSocket from, WebSocket to)
    {
        try
        {
            var buffer = new byte[BufferBytes];
            while (true)
            {
                var received = await from.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close) break;
                await to.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
            }
            var status = from.CloseStatus ?? WebSocketCloseStatus.NormalClosure;
            await to.CloseOutputAsync(status, status == WebSocketCloseStatus.Empty ? null : from.CloseStatusDescription, CancellationToken.None);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Where one is broken, the other ends without a goodbye, as it would have without us.
            from.Abort();
            to.Abort();
        }
    }
}
