using System.Net.WebSockets;

namespace Parley.Transceiver.Sockets;

/// <summary>
/// Takes messages from a WebSocket, text or binary, in however many frames, and gives them on one at a time: while one is being dealt
/// with nothing is read, so that a flood waits in the network. A connection that is silent holds no buffer.
/// </summary>
internal sealed class SocketReader(WebSocket socket, MessageBudget budget, int maxLength, SocketLimits limits, TimeProvider time)
{
    private readonly MessageBuffer _buffer = new(budget, maxLength);

    /// <summary>Runs until the connection ends in one way or another, and says in which. What is wrong with a connection is no exception here.</summary>
    /// <param name="handle">Deals with a message; the memory is valid until it is done. False: nothing more is wanted.</param>
    public async Task<SocketReadEnd> RunAsync(Func<ReadOnlyMemory<byte>, ValueTask<bool>> handle)
    {
        try
        {
            while (true)
            {
                // Waits for the first byte without memory.
                var first = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (first.MessageType == WebSocketMessageType.Close) return Closed();
                if (!first.EndOfMessage && await ReadRestAsync() is { } end) return end;
                if (!await handle(_buffer.Message)) return SocketReadEnd.Unwanted;
                _buffer.Clear();
            }
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // Frames that are none: the socket has failed the connection by itself. (RFC 6455 §7.1.7)
            return exception is WebSocketException { WebSocketErrorCode: WebSocketError.Faulted } ? SocketReadEnd.Malformed : SocketReadEnd.Lost;
        }
        finally
        {
            _buffer.Clear();
        }
    }

    /// <summary>Reads on for the client's close frame, and looks at nothing else.</summary>
    public async Task DrainAsync()
    {
        var nowhere = new byte[4096];
        try
        {
            while ((await socket.ReceiveAsync(nowhere.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close) { }
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // As good as closed.
        }
    }

    private SocketReadEnd Closed() =>
        socket.CloseStatus == WebSocketCloseStatus.EndpointUnavailable ? SocketReadEnd.WentAway : SocketReadEnd.ClosedByClient;

    private static bool IsBroken(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

    /// <summary>Null: the message is whole.</summary>
    private async ValueTask<SocketReadEnd?> ReadRestAsync()
    {
        // Most messages have come as a whole when their first byte has.
        var reading = ReadToEndAsync();
        if (reading.IsCompleted) return await reading;
        var whole = reading.AsTask();
        try
        {
            return await whole.WaitAsync(limits.MessageTimeout, time);
        }
        catch (TimeoutException)
        {
            socket.Abort();
            try
            {
                await whole;
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                // That is what the abort was for.
            }
            return SocketReadEnd.TooSlow;
        }
    }

    private async ValueTask<SocketReadEnd?> ReadToEndAsync()
    {
        while (true)
        {
            switch (_buffer.MakeRoom())
            {
                case MessageStatus.TooLong:
                    return SocketReadEnd.TooLong;
                case MessageStatus.NoMemory:
                    return SocketReadEnd.NoMemory;
            }
            var received = await socket.ReceiveAsync(_buffer.Room, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close) return Closed();
            _buffer.Advance(received.Count);
            if (received.EndOfMessage) return null;
        }
    }
}
