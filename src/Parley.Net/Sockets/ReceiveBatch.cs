using System.Runtime.InteropServices;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Sockets;

/// <summary>What one recvmmsg brings, in native memory that is allocated once.</summary>
internal sealed unsafe class ReceiveBatch : IDisposable
{
    public const int MaxMessages = 64;

    /// <summary>Longer datagrams are cut and not whole; jumbo frames of a private network are not.</summary>
    public const int SlotSize = 9216;

    private const int NameStride = 32;

    private readonly MMsgHdr* _messages;
    private readonly IoVec* _vectors;
    private readonly byte* _names;
    private readonly byte* _slots;
    private int _filled = MaxMessages;

    public ReceiveBatch()
    {
        _messages = (MMsgHdr*)NativeMemory.AllocZeroed(MaxMessages, (nuint)sizeof(MMsgHdr));
        _vectors = (IoVec*)NativeMemory.AllocZeroed(MaxMessages, (nuint)sizeof(IoVec));
        _names = (byte*)NativeMemory.AllocZeroed(MaxMessages, NameStride);
        _slots = (byte*)NativeMemory.AlignedAlloc(MaxMessages * SlotSize, 64);
        for (var i = 0; i < MaxMessages; i++)
        {
            _vectors[i] = new IoVec { Base = _slots + (i * SlotSize), Length = SlotSize };
            _messages[i].Header = new MsgHdr { Name = _names + (i * NameStride), Vectors = _vectors + i, VectorCount = 1 };
        }
    }

    /// <summary>Takes what has arrived, without waiting: how many; 0: nothing, or an error, which is then in <paramref name="error"/>.</summary>
    public int Receive(nint socket, out int error)
    {
        // The kernel has changed those that it filled the last time.
        for (var i = 0; i < _filled; i++) _messages[i].Header.NameLength = SockAddr.MaxLength;
        var count = RecvMMsg(socket, _messages, MaxMessages, MSG_DONTWAIT, null);
        error = count < 0 && Marshal.GetLastPInvokeError() is var number and not (EAGAIN or EINTR) ? number : 0;
        _filled = Math.Max(0, count);
        return _filled;
    }

    /// <summary>The bytes of a datagram; empty when it was cut, as when there were none.</summary>
    public Span<byte> this[int index] => (_messages[index].Header.Flags & MSG_TRUNC) != 0
        ? default
        : new Span<byte>(_slots + (index * SlotSize), (int)_messages[index].Length);

    public TransportAddress SourceOf(int index) => SockAddr.Read(new ReadOnlySpan<byte>(_names + (index * NameStride), SockAddr.MaxLength));

    public void Dispose()
    {
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_names);
        NativeMemory.AlignedFree(_slots);
    }
}
