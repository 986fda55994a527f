using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Net.Tests.Tcp;

/// <summary>A peer with a plain blocking TCP socket.</summary>
internal sealed class StreamClient : IDisposable
{
    private readonly byte[] _frame = new byte[StreamFrame.MaxLength];

    public StreamClient(IPEndPoint server, int receiveBuffer = 0)
    {
        Socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)PortKinds.Hang.TotalMilliseconds,
            SendTimeout = (int)PortKinds.Hang.TotalMilliseconds,
        };
        if (receiveBuffer > 0) Socket.ReceiveBufferSize = receiveBuffer;
        Socket.Connect(server);
    }

    public Socket Socket { get; }

    public TransportAddress Address => TransportAddress.From((IPEndPoint)Socket.LocalEndPoint!) with { Protocol = TransportProtocol.Tcp };

    public void Send(ReadOnlySpan<byte> payload) => Socket.Send(_frame.AsSpan(0, StreamFrame.Write(payload, _frame)));

    /// <summary>The next frame; null when the server has ended the connection, by a reset too.</summary>
    public byte[]? Receive()
    {
        if (!TryFill(_frame.AsSpan(0, 2))) return null;
        var payload = new byte[BinaryPrimitives.ReadUInt16BigEndian(_frame)];
        return TryFill(payload) ? payload : throw new InvalidOperationException("The stream ended within a frame.");
    }

    public byte[]? Ask(ReadOnlySpan<byte> payload)
    {
        Send(payload);
        return Receive();
    }

    public void Dispose() => Socket.Dispose();

    private bool TryFill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = Socket.Receive(destination, SocketFlags.None, out var error);
            if (error == SocketError.ConnectionReset || (error == SocketError.Success && count == 0)) return false;
            if (error != SocketError.Success) throw new SocketException((int)error);
            destination = destination[count..];
        }
        return true;
    }
}
