using System.Net;
using System.Net.Sockets;
using Parley.Net.Inner;

namespace Parley.Relay.Tests;

/// <summary>The inner protocol's other end on a plain blocking socket.</summary>
internal sealed class LoopbackTransceiver : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Hang.TotalMilliseconds };
    private readonly byte[] _buffer = new byte[2048];

    public LoopbackTransceiver(IPEndPoint? local = null) => _socket.Bind(local ?? new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>Nothing on loopback takes as long: what does, hangs.</summary>
    public static TimeSpan Hang => TimeSpan.FromSeconds(20);

    public IPEndPoint Inner => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>The next datagram of a relay with packets of clients: which relay it was, and the packets.</summary>
    public (IPEndPoint Relay, ushort Ingress, List<(TransportAddress Client, byte[] Payload)> Packets) Receive()
    {
        EndPoint relay = new IPEndPoint(IPAddress.Any, 0);
        InnerReader reader;
        do
        {
            var length = _socket.ReceiveFrom(_buffer, ref relay);
            Assert.Equal(InnerStatus.Ok, InnerReader.Open(_buffer.AsSpan(0, length), InnerDirection.ToTransceiver, null, out reader));
        }
        while (reader.IsAboutFlows);
        var packets = new List<(TransportAddress, byte[])>();
        while (reader.TryRead(out var client, out var payload)) packets.Add((client, payload.ToArray()));
        return ((IPEndPoint)relay, reader.Ingress, packets);
    }

    public void Send(IPEndPoint relay, ushort ingress, TransportAddress client, ReadOnlySpan<byte> payload)
    {
        var buffer = new byte[InnerLayout.DefaultMaxLength];
        var writer = InnerWriter.Begin(buffer, InnerDirection.ToRelay, ingress, authenticator: null);
        Assert.True(writer.TryAdd(buffer, client, payload));
        _socket.SendTo(buffer.AsSpan(0, writer.Finish(buffer)), relay);
    }

    public void Dispose() => _socket.Dispose();
}
