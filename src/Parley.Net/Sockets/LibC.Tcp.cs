using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Parley.Net.Sockets;

/// <summary>The Linux system calls of TCP and epoll.</summary>
internal static unsafe partial class LibC
{
    public const int SOCK_STREAM = 1, SO_REUSEADDR = 2, SO_ERROR = 4, SO_LINGER = 13;
    public const int IPPROTO_TCP = 6, TCP_NODELAY = 1, TCP_NOTSENT_LOWAT = 25;
    public const int MSG_NOSIGNAL = 0x4000, SHUT_WR = 1;
    public const int EPOLL_CLOEXEC = 0x80000, EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 1, EPOLLOUT = 4;
    public const int ECONNABORTED = 103, EINPROGRESS = 115;

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(FileDescriptor socket, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial FileDescriptor Accept(FileDescriptor socket, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(FileDescriptor socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(FileDescriptor socket, int how);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial FileDescriptor EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(FileDescriptor epoll, int operation, nint file, byte* @event);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(nint epoll, byte* events, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Recv(nint socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(nint socket, byte* buffer, nuint length, int flags);

    public static void Set(FileDescriptor socket, int level, int name, int value, string what)
    {
        if (SetSockOpt(socket, level, name, &value, sizeof(int)) != 0) throw Failed(what);
    }

    /// <summary>
    /// For sockets that clients send to: no datagram of ours is longer than 1200 bytes, which every path carries that QUIC works on (RFC 9000 §14), so
    /// none is ever to be fragmented, whatever an ICMP message says that anybody may have forged. Then the kernel need not number it for
    /// reassembly either (RFC 6864 §4.1), which takes a twentieth of an echoed packet's time.
    /// </summary>
    public static void DontFragment(FileDescriptor socket, bool isIPv6)
    {
        // An IPv6 socket sends IPv4, too.
        Set(socket, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, "IP_MTU_DISCOVER");
        if (isIPv6) Set(socket, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_PROBE, "IPV6_MTU_DISCOVER");
    }

    public static void BindTo(FileDescriptor socket, IPEndPoint local)
    {
        var isIPv6 = local.AddressFamily == AddressFamily.InterNetworkV6;
        var bytes = stackalloc byte[SockAddr.MaxLength];
        var length = SockAddr.Write(TransportAddress.From(local), isIPv6, new Span<byte>(bytes, SockAddr.MaxLength));
        if (Bind(socket, bytes, (uint)length) != 0) throw Failed("bind");
    }

    public static TransportAddress LocalAddressOf(FileDescriptor socket)
    {
        var bytes = stackalloc byte[SockAddr.MaxLength];
        uint length = SockAddr.MaxLength;
        if (GetSockName(socket, bytes, &length) != 0) throw Failed("getsockname");
        return SockAddr.Read(new ReadOnlySpan<byte>(bytes, SockAddr.MaxLength));
    }

    /// <summary>The last error as an exception of .NET.</summary>
    public static SocketException Failed(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        var known = error switch
        {
            EADDRINUSE => SocketError.AddressAlreadyInUse,
            EACCES => SocketError.AccessDenied,
            EADDRNOTAVAIL => SocketError.AddressNotAvailable,
            EAFNOSUPPORT => SocketError.AddressFamilyNotSupported,
            _ => SocketError.SocketError,
        };
        return new SocketException((int)known, $"{call}: {new Win32Exception(error).Message}");
    }
}
