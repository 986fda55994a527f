using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Parley.Benchmarks.Echo.Sockets;

/// <summary>Linux's system calls, under their own names. Values are those of the generic ABI (x86-64, arm64).</summary>
internal static unsafe partial class LibC
{
    public const int AF_INET = 2, SOCK_DGRAM = 2, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1, SO_SNDBUF = 7, SO_RCVBUF = 8, IPPROTO_IP = 0, IP_PKTINFO = 8;
    public const int MSG_DONTWAIT = 0x40, EFD_NONBLOCK = 0x800, EFD_CLOEXEC = 0x80000, PR_SET_TIMERSLACK = 29;
    public const short POLLIN = 1;
    public const uint Loopback = 0x7F000001;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(int socket, SocketName* name, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockname(int socket, SocketName* name, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int socket, int level, int name, int* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int recvmmsg(int socket, MMsgHdr* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sendmmsg(int socket, MMsgHdr* messages, uint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ppoll(PollFd* files, nuint count, TimeSpec* timeout, void* signalMask);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int file, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int file, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nuint length, ulong* mask);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_getaffinity(int thread, nuint length, ulong* mask);

    [LibraryImport("libc")]
    public static partial int prctl(int option, nuint argument, nuint unused3, nuint unused4, nuint unused5);

    /// <summary>The result, unless it says that the call failed.</summary>
    public static int Check(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    /// <summary>sockaddr_in; port and address in network order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SocketName
    {
        public ushort Family;
        public ushort PortBigEndian;
        public uint AddressBigEndian;
        public ulong Zero;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;

        public static TimeSpec From(TimeSpan span) => new()
        {
            Seconds = (nint)(span.Ticks / TimeSpan.TicksPerSecond),
            Nanoseconds = (nint)(span.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick),
        };
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int File;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVec
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>msghdr with the length that recvmmsg and sendmmsg write behind it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MMsgHdr
    {
        public SocketName* Name;
        public uint NameLength;
        public IoVec* Vectors;
        public nuint VectorCount;
        public PacketInfo* Control;
        public nuint ControlLength;
        public nint Flags;
        public uint Length;
    }

    /// <summary>cmsghdr with in_pktinfo: the local address of a datagram. (ip(7))</summary>
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    public struct PacketInfo
    {
        public const int FilledLength = 28;

        public nuint Length;
        public int Level;
        public int Type;
        public int InterfaceIndex;
        public uint SourceBigEndian;
        public uint DestinationBigEndian;
    }
}
