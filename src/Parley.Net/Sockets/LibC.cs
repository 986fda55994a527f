using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Parley.Net.Sockets;

/// <summary>The Linux system calls of the ports. Values are those of the generic Linux ABI (x86-64, arm64).</summary>
internal static unsafe partial class LibC
{
    public const int AF_INET = 2, AF_INET6 = 10;
    public const int SOCK_DGRAM = 2, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1, SO_SNDBUF = 7, SO_RCVBUF = 8, SO_REUSEPORT = 15, SO_SNDBUFFORCE = 32, SO_RCVBUFFORCE = 33, SO_MEMINFO = 55;
    public const int IPPROTO_IP = 0, IP_MTU_DISCOVER = 10, IP_PMTUDISC_PROBE = 3;
    public const int IPPROTO_IPV6 = 41, IPV6_MTU_DISCOVER = 23, IPV6_V6ONLY = 26;
    public const int SOL_UDP = 17, UDP_SEGMENT = 103;
    public const int MSG_TRUNC = 0x20, MSG_DONTWAIT = 0x40;
    public const int EFD_CLOEXEC = 0x80000, EFD_NONBLOCK = 0x800;
    public const short POLLIN = 1, POLLOUT = 4;
    public const int PR_SET_TIMERSLACK = 29;

    public const int EINTR = 4, EIO = 5, EAGAIN = 11, EACCES = 13, EINVAL = 22, EMSGSIZE = 90, EOPNOTSUPP = 95, ENOBUFS = 105, EAFNOSUPPORT = 97, EADDRINUSE = 98, EADDRNOTAVAIL = 99;
    public const int ENETDOWN = 100, ENETUNREACH = 101, ECONNREFUSED = 111, EHOSTDOWN = 112, EHOSTUNREACH = 113;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial FileDescriptor Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial FileDescriptor EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(FileDescriptor socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSockName(FileDescriptor socket, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSockOpt(FileDescriptor socket, int level, int name, int* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSockOpt(FileDescriptor socket, int level, int name, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(FileDescriptor file, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(FileDescriptor file, void* buffer, nuint length);

    // The three calls of the hot loop take plain descriptors: their owner is on the same thread and keeps them open.
    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int RecvMMsg(nint socket, MMsgHdr* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMMsg(nint socket, MMsgHdr* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int PPoll(PollFd* files, nuint count, TimeSpec* timeout, void* signalMask);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true)]
    public static partial uint InterfaceIndex(byte* name);

    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int PrCtl(int option, nuint argument, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(nint file);

    /// <summary>Owns a file descriptor; other threads may use it while it is being closed.</summary>
    internal sealed class FileDescriptor() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
    {
        /// <summary>C returns an int: the upper half of what arrives here is not always its sign.</summary>
        public override bool IsInvalid => unchecked((int)handle) == -1;

        protected override bool ReleaseHandle() => LibC.Close(handle) == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
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

    [StructLayout(LayoutKind.Sequential)]
    public struct MsgHdr
    {
        public byte* Name;
        public uint NameLength;
        public IoVec* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>A control message with a 16-bit value: CMSG_SPACE(2).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    public struct ShortControl
    {
        /// <summary>CMSG_LEN(2).</summary>
        public const int FilledLength = 18;

        public nuint Length;
        public int Level;
        public int Type;
        public ushort Value;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MMsgHdr
    {
        public MsgHdr Header;
        public uint Length;
    }
}
