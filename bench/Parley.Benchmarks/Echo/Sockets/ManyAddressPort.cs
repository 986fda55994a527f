using System.Buffers.Binary;
using static Parley.Benchmarks.Echo.Sockets.LibC;

namespace Parley.Benchmarks.Echo.Sockets;

/// <summary>
/// One UDP socket that speaks as many hosts: each flow has an address of its own in 127.1.0.0/16 (IP_PKTINFO), so that a server
/// tells the flows apart as it tells callers apart, and yet batches cost the callers one system call.
/// </summary>
internal sealed unsafe class ManyAddressPort : IDisposable
{
    public const int MaxFlows = 60_000;

    private const uint FirstAddress = 0x7F010001;
    private const int SocketBufferBytes = 4 << 20;

    private readonly int _socket;
    private readonly int _wake;
    private readonly SocketName _server;
    private readonly DatagramBatch _receive = new();
    private readonly DatagramBatch _send = new();
    private int _unsent;

    /// <param name="serverPort">On 127.0.0.1.</param>
    public ManyAddressPort(int serverPort)
    {
        _server = Name(Loopback, serverPort);
        _socket = Check(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
        _wake = Check(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd");
        Set(SOL_SOCKET, SO_RCVBUF, SocketBufferBytes);
        Set(SOL_SOCKET, SO_SNDBUF, SocketBufferBytes);
        Set(IPPROTO_IP, IP_PKTINFO, 1);
        var any = Name(0, 0);
        Check(bind(_socket, &any, (uint)sizeof(SocketName)), "bind");
        uint length = (uint)sizeof(SocketName);
        Check(getsockname(_socket, &any, &length), "getsockname");
        Port = BinaryPrimitives.ReverseEndianness(any.PortBigEndian);
    }

    public ushort Port { get; }

    public TransportAddress ServerAddress => TransportAddress.FromIPv4(Loopback, BinaryPrimitives.ReverseEndianness(_server.PortBigEndian));

    public TransportAddress AddressOf(int flow) => TransportAddress.FromIPv4(FirstAddress + (uint)flow, Port);

    /// <summary>Takes what has arrived; the number of datagrams, readable by <see cref="Received"/> until the next call.</summary>
    public int Receive()
    {
        for (var i = 0; i < DatagramBatch.Capacity; i++) _receive.PrepareToReceive(i);
        return Math.Max(0, recvmmsg(_socket, _receive.Messages, DatagramBatch.Capacity, MSG_DONTWAIT, null));
    }

    public Span<byte> Received(int index, out int flow)
    {
        flow = (int)(_receive.DestinationOf(index) - FirstAddress);
        return _receive.Received(index);
    }

    /// <summary>Where the next datagram is written.</summary>
    public Span<byte> SendSlot => _send.Slot(_unsent);

    public void Enqueue(int flow, int length)
    {
        _send.PrepareToSend(_unsent++, length, FirstAddress + (uint)flow, _server);
        if (_unsent == DatagramBatch.Capacity) Flush();
    }

    /// <summary>Sends the batch; what the socket has no room for is lost.</summary>
    public void Flush()
    {
        if (_unsent > 0) _ = sendmmsg(_socket, _send.Messages, (uint)_unsent, MSG_DONTWAIT);
        _unsent = 0;
    }

    public void Wait(TimeSpan limit)
    {
        var files = stackalloc PollFd[2];
        files[0] = new PollFd { File = _socket, Events = POLLIN };
        files[1] = new PollFd { File = _wake, Events = POLLIN };
        var timeout = TimeSpec.From(limit);
        if (ppoll(files, 2, &timeout, null) <= 0 || files[1].Returned == 0) return;
        ulong count;
        _ = read(_wake, &count, sizeof(ulong));
    }

    /// <summary>Any thread: ends the current or the next <see cref="Wait"/>.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = write(_wake, &one, sizeof(ulong));
    }

    public void Dispose()
    {
        _ = close(_socket);
        _ = close(_wake);
    }

    public static SocketName Name(uint address, int port) => new()
    {
        Family = AF_INET,
        PortBigEndian = BinaryPrimitives.ReverseEndianness((ushort)port),
        AddressBigEndian = BinaryPrimitives.ReverseEndianness(address),
    };

    private void Set(int level, int name, int value) => Check(setsockopt(_socket, level, name, &value, sizeof(int)), "setsockopt");
}
