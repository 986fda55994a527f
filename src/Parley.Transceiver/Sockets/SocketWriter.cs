using System.Net.WebSockets;

namespace Parley.Transceiver.Sockets;

/// <summary>Sends what <see cref="OutgoingEvents"/> hold, then the close frame that they end with.</summary>
internal sealed class SocketWriter(WebSocket socket, OutgoingEvents events, SocketLimits limits, TimeProvider time)
{
    /// <summary>Runs until the close frame is out, or nothing can be sent any more. What is wrong with a connection is no exception here.</summary>
    /// <param name="sent">Called after each event: there is room for more.</param>
    /// <param name="stalled">Called when the client has taken nothing for <see cref="SocketLimits.SendTimeout"/>. Whoever is told ends the connection.</param>
    public async Task RunAsync(Action sent, Action stalled)
    {
        try
        {
            while (true)
            {
                // Looked at before the queue: what was added before the end is sent before it.
                var end = events.Ended.IsCompleted ? await events.Ended : null;
                if (events.TryTake(end, out var utf8Json))
                {
                    await SendAsync(utf8Json, stalled);
                    events.NoteSent(utf8Json);
                    sent();
                }
                else if (end is null)
                {
                    await events.More.WaitAsync();
                }
                else
                {
                    await socket.CloseOutputAsync(end.Status, end.Description, CancellationToken.None);
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The reader learns the same.
        }
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> utf8Json, Action stalled)
    {
        var sending = socket.SendAsync(utf8Json, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None);
        // Most of the time the network takes it at once.
        return sending.IsCompletedSuccessfully ? default : AwaitAsync(sending.AsTask(), stalled);
    }

    private async ValueTask AwaitAsync(Task sending, Action stalled)
    {
        try
        {
            await sending.WaitAsync(limits.SendTimeout, time);
        }
        catch (TimeoutException)
        {
            stalled();
            await sending;
        }
    }
}
