using System.Net;
using System.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Cli.Load;

/// <summary>A TCP connection of one call to one candidate, with a datagram in each frame (RFC 6544, RFC 4571). One thread at a time; nothing here waits.</summary>
internal sealed class StreamConnection : IDisposable
{
    /// <summary>One that has ended is not replaced sooner than this after it was begun.</summary>
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromMilliseconds(200);

    private readonly Socket _socket;
    private readonly Task _connecting;
    private readonly Instant _begunAt;
    private readonly FrameReader _reader = new();
    private readonly byte[] _frame = new byte[StreamFrame.MaxLength];
    private int _restStart;
    private int _restEnd;
    private bool _isBroken;

    public StreamConnection(IPEndPoint remote, Instant now)
    {
        _begunAt = now;
        _socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _connecting = _socket.ConnectAsync(remote);
    }

    /// <summary>What a datagram of the stream is given to.</summary>
    public delegate void Handler(Span<byte> payload);

    /// <summary>Something may come from it; null: it is not connected, or no more.</summary>
    public Socket? Readable => _connecting.IsCompletedSuccessfully && !_isBroken ? _socket : null;

    /// <summary>It has ended, and another may take its place.</summary>
    public bool IsWornOut(Instant now) => (_isBroken || (_connecting.IsCompleted && !_connecting.IsCompletedSuccessfully)) && now - _begunAt > RetryPeriod;

    /// <param name="buffer">What is read goes there.</param>
    /// <param name="handler">Called for each datagram.</param>
    public void Receive(Span<byte> buffer, Handler handler)
    {
        _socket.Blocking = false;
        while (!_isBroken)
        {
            var length = _socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return;
            if (error != SocketError.Success || length == 0)
            {
                _isBroken = true;
                return;
            }
            var received = buffer[..length];
            FrameStatus status;
            while ((status = _reader.Read(ref received, out var payload)) == FrameStatus.Complete) handler(payload);
            _isBroken = status == FrameStatus.TooLong;
        }
    }

    /// <summary>While it connects, the first datagram waits for that, and others are lost.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        if (!TrySendRest()) return;
        (_restStart, _restEnd) = (0, StreamFrame.Write(datagram, _frame));
        // For a frame of which nothing has left there is no room now.
        if (!TrySendRest() && _restStart == 0 && Readable is not null) _restEnd = 0;
    }

    /// <summary>Sends what waits. A frame that has begun is sent to its end: the stream could not be read any further otherwise.</summary>
    public bool TrySendRest()
    {
        if (_restStart == _restEnd) return true;
        if (Readable is null) return false;
        _socket.Blocking = false;
        while (_restStart < _restEnd)
        {
            var sent = _socket.Send(_frame.AsSpan(_restStart, _restEnd - _restStart), SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock)) _isBroken = true;
            if (error != SocketError.Success) return false;
            _restStart += sent;
        }
        return true;
    }

    public void Dispose() => _socket.Dispose();
}
