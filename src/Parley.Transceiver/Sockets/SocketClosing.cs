using System.Net.WebSockets;

namespace Parley.Transceiver.Sockets;

/// <summary>The end of a connection: a goodbye of bounded length.</summary>
internal static class SocketClosing
{
    /// <summary>Waits until reader and writer are done, and cuts the connection when they take too long.</summary>
    public static async Task AwaitAsync(WebSocket socket, Task traffic, SocketLimits limits, TimeProvider time)
    {
        try
        {
            await traffic.WaitAsync(limits.CloseTimeout, time);
        }
        catch (TimeoutException)
        {
            socket.Abort();
            await traffic;
        }
    }
}
