using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Parley.Net.Sockets;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Tcp;

/// <summary>The one socket that all shards accept from: whichever has time takes the next connection. Thread-safe.</summary>
internal sealed unsafe class ListeningSocket : IDisposable
{
    /// <summary>Connections that the system completes before they are accepted.</summary>
    private const int Backlog = 256;

    private readonly FileDescriptor _socket;

    public ListeningSocket(IPEndPoint local)
    {
        var isIPv6 = local.AddressFamily == AddressFamily.InterNetworkV6;
        _socket = StreamSocket.Open(isIPv6);
        try
        {
            if (isIPv6) Set(_socket, IPPROTO_IPV6, IPV6_V6ONLY, 0, "IPV6_V6ONLY");
            // Connections of an earlier run that the system has not forgotten do not stand in the way; another listener does.
            Set(_socket, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
            BindTo(_socket, local);
            if (LibC.Listen(_socket, Backlog) != 0) throw Failed("listen");
            LocalAddress = LocalAddressOf(_socket) with { Protocol = TransportProtocol.Tcp };
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public TransportAddress LocalAddress { get; }

    public nint Number => _socket.DangerousGetHandle();

    /// <summary>The next connection; null when there is none, or when the system <paramref name="isExhausted"/>.</summary>
    public FileDescriptor? TryAccept(out TransportAddress remote, out bool isExhausted)
    {
        var name = stackalloc byte[SockAddr.MaxLength];
        while (true)
        {
            uint length = SockAddr.MaxLength;
            var file = Accept(_socket, name, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (!file.IsInvalid)
            {
                remote = SockAddr.Read(new ReadOnlySpan<byte>(name, SockAddr.MaxLength)) with { Protocol = TransportProtocol.Tcp };
                isExhausted = false;
                return file;
            }
            var error = Marshal.GetLastPInvokeError();
            file.Dispose();
            // One that was gone before it was accepted says nothing of the next.
            if (error is EINTR or ECONNABORTED) continue;
            remote = default;
            isExhausted = error != EAGAIN;
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();
}
