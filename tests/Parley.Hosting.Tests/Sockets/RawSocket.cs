using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>A client that knows TCP, the upgrade and frames, and does with them what no library would.</summary>
internal sealed class RawSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <param name="receiveBuffer">Small: the client's host takes little that its program does not read.</param>
    public static async Task<RawSocket> ConnectAsync(IPEndPoint server, int? receiveBuffer = null)
    {
        var raw = new RawSocket();
        if (receiveBuffer is { } size) raw._socket.ReceiveBufferSize = size;
        await raw._socket.ConnectAsync(server, TestContext.Current.CancellationToken);
        await raw.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /v1/realtime?model=parley HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        // Byte by byte, so that nothing behind the head is read.
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await raw._socket.ReceiveAsync(raw._buffer.AsMemory(0, 1), TestContext.Current.CancellationToken) == 0) throw new IOException("The server hung up: " + head);
            head.Append((char)raw._buffer[0]);
        }
        Assert.StartsWith("HTTP/1.1 101", head.ToString(), StringComparison.Ordinal);
        return raw;
    }

    public async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>A whole text message in one frame, masked with zeros.</summary>
    public Task SendTextAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.True(bytes.Length < 126);
        return SendAsync([0x81, (byte)(0x80 | bytes.Length), 0, 0, 0, 0, .. bytes]);
    }

    /// <summary>Reads until the server hangs up; what it sent.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        try
        {
            int read;
            while ((read = await _socket.ReceiveAsync(_buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(SocketClient.Hang)) > 0) all.Write(_buffer, 0, read);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
        {
            // That is a way of hanging up, too.
        }
        return all.ToArray();
    }

    /// <summary>As when a process is killed while it had something to read: the kernel answers with a reset.</summary>
    public void Kill() => _socket.Close(timeout: 0);

    public void Dispose() => _socket.Dispose();
}
