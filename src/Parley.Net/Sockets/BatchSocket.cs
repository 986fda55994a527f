using System.Net;
using System.Net.Sockets;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Sockets;

/// <summary>A UDP socket of a forwarder, with a batch each way. Linux only; everything belongs to one thread.</summary>
internal sealed unsafe class BatchSocket : IDisposable
{
    private const int BufferBytes = 8 << 20;
    private const int MemInfoWords = 9, MemInfoDrops = 8;

    private readonly FileDescriptor _socket;

    /// <param name="isShared">Other sockets of this process bind the same port, and the kernel spreads flows over them.</param>
    /// <param name="dontFragment"><see cref="LibC.DontFragment"/></param>
    public BatchSocket(IPEndPoint local, bool isShared, bool dontFragment)
    {
        var isIPv6 = local.AddressFamily == AddressFamily.InterNetworkV6;
        _socket = Socket(isIPv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (_socket.IsInvalid) throw Failed("socket");
        try
        {
            if (isIPv6) Set(_socket, IPPROTO_IPV6, IPV6_V6ONLY, 0, "IPV6_V6ONLY");
            if (isShared) Set(_socket, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
            if (dontFragment) DontFragment(_socket, isIPv6);
            Enlarge(SO_RCVBUFFORCE, SO_RCVBUF, "SO_RCVBUF");
            Enlarge(SO_SNDBUFFORCE, SO_SNDBUF, "SO_SNDBUF");
            BindTo(_socket, local);
            LocalAddress = LocalAddressOf(_socket);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
        Number = _socket.DangerousGetHandle();
        Received = new ReceiveBatch();
        Unsent = new SendBatch(isIPv6);
    }

    public TransportAddress LocalAddress { get; }

    /// <summary>The descriptor; open until this is disposed.</summary>
    public nint Number { get; }

    public ReceiveBatch Received { get; }

    public SendBatch Unsent { get; }

    /// <summary>Datagrams that the kernel dropped because they were not taken in time. Any thread.</summary>
    public long KernelDrops
    {
        get
        {
            var words = stackalloc uint[MemInfoWords];
            uint length = MemInfoWords * sizeof(uint);
            var isKnown = !_socket.IsClosed && GetSockOpt(_socket, SOL_SOCKET, SO_MEMINFO, words, &length) == 0;
            return isKnown && length == MemInfoWords * sizeof(uint) ? words[MemInfoDrops] : 0;
        }
    }

    public void Dispose()
    {
        if (_socket.IsClosed) return;
        _socket.Dispose();
        Received.Dispose();
        Unsent.Dispose();
    }

    /// <summary>Many flows need more than net.core.rmem_max usually allows; who may, goes beyond it. For others the kernel takes less.</summary>
    private void Enlarge(int forced, int plain, string name)
    {
        var length = BufferBytes;
        if (SetSockOpt(_socket, SOL_SOCKET, forced, &length, sizeof(int)) != 0) Set(_socket, SOL_SOCKET, plain, BufferBytes, name);
    }
}
