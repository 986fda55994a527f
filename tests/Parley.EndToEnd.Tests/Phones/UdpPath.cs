using System.Net;
using System.Net.Sockets;

namespace Parley.EndToEnd.Tests.Phones;

/// <summary>
/// A stretch of network between phones and the server that can be cut, and that can give a phone a new address, as a NAT does.
/// It also reads along what a DTLS handshake says in the clear.
/// </summary>
internal sealed class UdpPath : IDisposable
{
    private readonly Socket _near;
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<EndPoint, Socket> _far = [];
    private readonly byte[] _buffer = new byte[2048];
    private volatile bool _isCut;

    /// <param name="server">Where calls arrive. The path's own ends are on the same address: what STUN tells of it has to be believed.</param>
    public UdpPath(IPEndPoint server)
    {
        _server = server;
        _near = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _near.Bind(new IPEndPoint(server.Address, 0));
        LocalEndPoint = (IPEndPoint)_near.LocalEndPoint!;
        _ = CarryAsync();
    }

    /// <summary>Where phones send to.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>What the last handshake on this path agreed on.</summary>
    public DtlsHandshake Handshake { get; private set; } = new();

    public void Cut() => _isCut = true;

    public void Mend() => _isCut = false;

    /// <summary>From now on the server sees phones at other addresses.</summary>
    public void MoveAddresses()
    {
        lock (_far)
        {
            foreach (var socket in _far.Values) socket.Dispose();
            _far.Clear();
        }
    }

    /// <summary>Forgets the handshake before.</summary>
    public void BeginCall() => Handshake = new();

    public void Dispose()
    {
        _end.Cancel();
        _near.Dispose();
        MoveAddresses();
        _end.Dispose();
    }

    private async Task CarryAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var received = await _near.ReceiveFromAsync(_buffer, new IPEndPoint(IPAddress.Any, 0), _end.Token);
                if (_isCut) continue;
                var datagram = _buffer.AsMemory(0, received.ReceivedBytes);
                Handshake.Read(datagram.Span, isFromPhone: true);
                await FarSideOf(received.RemoteEndPoint).SendToAsync(datagram, _server, _end.Token);
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                // A socket that was replaced, or a phone that is gone: the next datagram finds its own way.
            }
        }
    }

    private Socket FarSideOf(EndPoint phone)
    {
        lock (_far)
        {
            if (_far.TryGetValue(phone, out var known)) return known;
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(_server.Address, 0));
            _far.Add(phone, socket);
            _ = CarryBackAsync(socket, phone);
            return socket;
        }
    }

    private async Task CarryBackAsync(Socket socket, EndPoint phone)
    {
        var buffer = new byte[2048];
        try
        {
            while (!_end.IsCancellationRequested)
            {
                var received = await socket.ReceiveFromAsync(buffer, _server, _end.Token);
                if (_isCut) continue;
                var datagram = buffer.AsMemory(0, received.ReceivedBytes);
                Handshake.Read(datagram.Span, isFromPhone: false);
                await _near.SendToAsync(datagram, phone, _end.Token);
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The address was given up.
        }
    }

    private static bool IsEnd(Exception exception) => exception is SocketException or ObjectDisposedException or OperationCanceledException;
}
