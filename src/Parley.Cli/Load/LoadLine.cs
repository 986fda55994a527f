using System.Net;
using System.Net.Sockets;
using Parley.Net;

namespace Parley.Cli.Load;

/// <summary>
/// The sockets of one call: a relay tells callers apart by their addresses, so each has its own. One UDP socket, and a TCP connection to each TCP
/// candidate that something is sent to. One thread at a time; nothing here waits.
/// </summary>
internal sealed class LoadLine : IDisposable
{
    private readonly Socket _udp;
    private readonly Dictionary<TransportAddress, StreamConnection> _streams = [];
    private readonly byte[] _buffer = new byte[Shard.MaxDatagramSize];
    private readonly IPEndPoint _any;
    private readonly SocketAddress _from;
    private SocketAddress? _knownFrom;
    private TransportAddress _knownSource;
    private SocketAddress? _to;
    private TransportAddress _knownDestination;

    /// <exception cref="SocketException">There are no more sockets.</exception>
    public LoadLine()
    {
        _udp = Socket.OSSupportsIPv6
            ? new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true }
            : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _any = new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        _from = new SocketAddress(_udp.AddressFamily);
        try
        {
            _udp.Blocking = false;
            _udp.Bind(_any);
        }
        catch
        {
            _udp.Dispose();
            throw;
        }
    }

    public int UdpPort => ((IPEndPoint)_udp.LocalEndPoint!).Port;

    /// <summary>Adds the sockets that something may come from.</summary>
    public void Collect(List<Socket> sockets)
    {
        sockets.Add(_udp);
        foreach (var (_, stream) in _streams)
            if (stream.Readable is { } socket) sockets.Add(socket);
    }

    /// <summary>Gives the call what one of the sockets has, which is readable.</summary>
    public void Receive(Socket ready, LoadCall call, Instant now)
    {
        if (ready == _udp) ReceiveDatagrams(call, now);
        else
        {
            foreach (var (remote, stream) in _streams)
                if (stream.Readable == ready) stream.Receive(_buffer, payload => call.HandleDatagram(new Datagram(payload, remote), now));
        }
    }

    /// <summary>Sends what has waited for its connection.</summary>
    public void SendRest()
    {
        foreach (var (_, stream) in _streams) stream.TrySendRest();
    }

    /// <summary>What cannot go now is lost, as it would be on a full path.</summary>
    public void Send(ReadOnlySpan<byte> datagram, TransportAddress destination, Instant now)
    {
        if (destination.Protocol == TransportProtocol.Udp) SendDatagram(datagram, destination);
        else StreamTo(destination, now)?.Send(datagram);
    }

    public void Dispose()
    {
        _udp.Dispose();
        foreach (var (_, stream) in _streams) stream.Dispose();
    }

    private void ReceiveDatagrams(LoadCall call, Instant now)
    {
        try
        {
            do
            {
                var length = _udp.ReceiveFrom(_buffer, SocketFlags.None, _from);
                call.HandleDatagram(new Datagram(_buffer.AsSpan(0, length), SourceOf(_from)), now);
            }
            while (_udp.Available > 0);
        }
        catch (SocketException)
        {
            // Too long for us, or news of something that we sent: it is no call's, and ICE finds out by itself.
        }
    }

    private TransportAddress SourceOf(SocketAddress from)
    {
        // It is the same one nearly always.
        if (from.Equals(_knownFrom)) return _knownSource;
        _knownFrom = new SocketAddress(from.Family, from.Size);
        from.Buffer.Span[..from.Size].CopyTo(_knownFrom.Buffer.Span);
        return _knownSource = TransportAddress.From((IPEndPoint)_any.Create(from));
    }

    private void SendDatagram(ReadOnlySpan<byte> datagram, TransportAddress destination)
    {
        if (_to is null || _knownDestination != destination)
        {
            var ip = destination.ToIPAddress();
            if (_udp.AddressFamily == AddressFamily.InterNetwork && !destination.IsIPv4) return;
            _to = new IPEndPoint(_udp.AddressFamily == AddressFamily.InterNetwork ? ip : ip.MapToIPv6(), destination.Port).Serialize();
            _knownDestination = destination;
        }
        try
        {
            _udp.SendTo(datagram, SocketFlags.None, _to);
        }
        catch (SocketException)
        {
            // No way there, or no room.
        }
    }

    private StreamConnection? StreamTo(TransportAddress destination, Instant now)
    {
        if (_streams.TryGetValue(destination, out var stream))
        {
            if (!stream.IsWornOut(now)) return stream;
            stream.Dispose();
        }
        return _streams[destination] = new StreamConnection(destination.ToEndPoint(), now);
    }
}
