using System.Net;
using System.Net.Sockets;

namespace Parley.Transceiver.Tests.Relayed;

/// <summary>A NAT between one client and one server, on loopback: it can give the client another port, and hold back what the client sends.</summary>
internal sealed class NatBox : IDisposable
{
    private readonly Socket _inside = Open();
    private readonly IPEndPoint _server;
    private readonly Thread _outwards;
    private volatile Socket _outside = Open();
    private volatile EndPoint? _client;
    private volatile bool _isHoldingBack;
    private volatile bool _isOver;

    public NatBox(IPEndPoint server)
    {
        _server = server;
        _outwards = new Thread(CarryOutwards) { IsBackground = true };
        _outwards.Start();
        CarryInwards(_outside);
    }

    /// <summary>What stands for the server on the client's side.</summary>
    public TransportAddress Address => TransportAddress.From((IPEndPoint)_inside.LocalEndPoint!);

    /// <summary>Nothing of the client reaches the server.</summary>
    public bool IsHoldingBack
    {
        set => _isHoldingBack = value;
    }

    /// <summary>From now on the client has another port; the old one leads nowhere.</summary>
    public void Rebind()
    {
        var before = _outside;
        var after = Open();
        CarryInwards(after);
        _outside = after;
        before.Dispose();
    }

    public void Dispose()
    {
        _isOver = true;
        _inside.Dispose();
        _outside.Dispose();
        _outwards.Join();
    }

    private void CarryOutwards()
    {
        var buffer = new byte[2048];
        while (!_isOver)
        {
            try
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var length = _inside.ReceiveFrom(buffer, ref from);
                _client = from;
                if (!_isHoldingBack) _outside.SendTo(buffer.AsSpan(0, length), SocketFlags.None, _server);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // A relay that is away, or the end.
            }
        }
    }

    private void CarryInwards(Socket outside) => new Thread(() =>
    {
        var buffer = new byte[2048];
        while (!_isOver)
        {
            try
            {
                var length = outside.Receive(buffer);
                if (_client is { } client) _inside.SendTo(buffer.AsSpan(0, length), SocketFlags.None, client);
            }
            catch (SocketException) when (outside == _outside && !_isOver)
            {
                // A relay that is away.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }) { IsBackground = true }.Start();

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
