using System.Runtime.InteropServices;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Sockets;

/// <summary>Many descriptors behind one that a shard can wait for. Level-triggered: what was not dealt with is reported again.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    /// <summary>Descriptors reported by one <see cref="Poll"/>.</summary>
    public const int BatchSize = 32;

    // struct epoll_event: packed on x86-64 alone.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int Stride = DataOffset + 8;

    private readonly FileDescriptor _epoll;
    private readonly byte* _events;

    public Epoll()
    {
        _epoll = EpollCreate(EPOLL_CLOEXEC);
        if (_epoll.IsInvalid) throw Failed("epoll_create1");
        _events = (byte*)NativeMemory.AllocZeroed((nuint)(BatchSize * Stride));
    }

    /// <summary>Readable while <see cref="Poll"/> would report something.</summary>
    public int Number => (int)_epoll.DangerousGetHandle();

    /// <param name="tag">Comes back with each event.</param>
    public bool TryAdd(nint file, uint events, ulong tag) => Control(EPOLL_CTL_ADD, file, events, tag);

    public bool TryChange(nint file, uint events, ulong tag) => Control(EPOLL_CTL_MOD, file, events, tag);

    public void Remove(nint file) => Control(EPOLL_CTL_DEL, file, 0, 0);

    /// <summary>How many descriptors are ready, without waiting.</summary>
    public int Poll() => Math.Max(0, EpollWait(_epoll.DangerousGetHandle(), _events, BatchSize, 0));

    public ulong TagOf(int index) => *(ulong*)(_events + (index * Stride) + DataOffset);

    public bool IsWritable(int index) => (*(uint*)(_events + (index * Stride)) & EPOLLOUT) != 0;

    /// <summary>Also true for errors and ends, which reading tells.</summary>
    public bool IsReadable(int index) => (*(uint*)(_events + (index * Stride)) & ~EPOLLOUT) != 0;

    public void Dispose()
    {
        if (_epoll.IsClosed) return;
        _epoll.Dispose();
        NativeMemory.Free(_events);
    }

    private bool Control(int operation, nint file, uint events, ulong tag)
    {
        var bytes = stackalloc byte[16];
        *(uint*)bytes = events;
        *(ulong*)(bytes + DataOffset) = tag;
        return EpollControl(_epoll, operation, file, bytes) == 0;
    }
}
