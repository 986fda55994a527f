using System.Runtime.InteropServices;
using Parley.Net.Sockets;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Tcp;

/// <summary>TCP sockets as media needs them. What a listening socket is given, those that it accepts inherit.</summary>
internal static unsafe class StreamSocket
{
    /// <summary>
    /// What the system may hold for a peer in each direction, in bytes (Linux doubles it for its own needs): seconds of speech, and 600 kB/s of
    /// data at a round trip of 50 ms. More would only be audio that is late.
    /// </summary>
    public const int BufferBytes = 32 * 1024;

    /// <summary>What the system may hold of that before it is on its way, in bytes: what waits longer waits where it can be dropped.</summary>
    public const int UnsentBytes = 4 * 1024;

    public static FileDescriptor Open(bool isIPv6)
    {
        var socket = Socket(isIPv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (socket.IsInvalid) throw Failed("socket");
        Set(socket, SOL_SOCKET, SO_SNDBUF, BufferBytes, "SO_SNDBUF");
        Set(socket, SOL_SOCKET, SO_RCVBUF, BufferBytes, "SO_RCVBUF");
        Set(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, UnsentBytes, "TCP_NOTSENT_LOWAT");
        // Audio does not wait for a fuller segment.
        Set(socket, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
        return socket;
    }

    /// <summary>Begins to connect; null when the system refuses at once.</summary>
    public static FileDescriptor? TryConnect(TransportAddress remote)
    {
        var socket = Open(!remote.IsIPv4);
        var name = stackalloc byte[SockAddr.MaxLength];
        var length = SockAddr.Write(remote, !remote.IsIPv4, new Span<byte>(name, SockAddr.MaxLength));
        if (Connect(socket, name, (uint)length) == 0 || Marshal.GetLastPInvokeError() == EINPROGRESS) return socket;
        socket.Dispose();
        return null;
    }
}
