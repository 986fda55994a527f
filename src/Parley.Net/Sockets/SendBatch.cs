using System.Runtime.InteropServices;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Sockets;

/// <summary>
/// Messages for one sendmmsg that point at bytes which lie elsewhere and must stay there until the batch is out. Datagrams of one length to one
/// destination share a message, which the kernel takes apart below UDP (UDP_SEGMENT), so that they cost one pass through the stack.
/// </summary>
internal sealed unsafe class SendBatch : IDisposable
{
    public const int MaxMessages = 64;

    /// <summary>The kernel takes 64 segments and 64 KiB; with 1452 bytes each the latter is less.</summary>
    private const int MaxSegments = 44;

    private const int MaxSegmentedBytes = 65000;
    private const int NameStride = 32;
    private const int SendWaitMilliseconds = 1;

    private readonly MMsgHdr* _messages;
    private readonly IoVec* _vectors;
    private readonly ShortControl* _controls;
    private readonly byte* _names;
    private readonly bool _isIPv6;
    private readonly Segmentation[] _segmentation = new Segmentation[MaxMessages];

    public SendBatch(bool isIPv6)
    {
        _isIPv6 = isIPv6;
        _messages = (MMsgHdr*)NativeMemory.AllocZeroed(MaxMessages, (nuint)sizeof(MMsgHdr));
        _vectors = (IoVec*)NativeMemory.AllocZeroed(MaxMessages * MaxSegments, (nuint)sizeof(IoVec));
        _controls = (ShortControl*)NativeMemory.AllocZeroed(MaxMessages, (nuint)sizeof(ShortControl));
        _names = (byte*)NativeMemory.AllocZeroed(MaxMessages, NameStride);
        for (var i = 0; i < MaxMessages; i++)
        {
            _messages[i].Header.Name = _names + (i * NameStride);
            _messages[i].Header.Vectors = _vectors + (i * MaxSegments);
            _controls[i] = new ShortControl { Length = ShortControl.FilledLength, Level = SOL_UDP, Type = UDP_SEGMENT };
        }
    }

    /// <summary>Datagrams may share a message. Falls when the system turns out not to do it.</summary>
    public bool UsesSegments { get; set; } = true;

    public int Count { get; private set; }

    public bool IsFull => Count == MaxMessages;

    /// <summary>Changes with each batch, so that a message's number can be told to be of an earlier one.</summary>
    public long Number { get; private set; } = 1;

    /// <summary>A message of its own; its number. Not when <see cref="IsFull"/>. -1: a socket of this family does not reach that address.</summary>
    public int Add(in TransportAddress destination, byte* datagram, int length)
    {
        var nameLength = SockAddr.Write(destination, _isIPv6, new Span<byte>(_names + (Count * NameStride), NameStride));
        if (nameLength == 0) return -1;
        ref var header = ref _messages[Count].Header;
        header.NameLength = (uint)nameLength;
        header.VectorCount = 1;
        header.Control = null;
        header.ControlLength = 0;
        header.Vectors[0] = new IoVec { Base = datagram, Length = (nuint)length };
        _segmentation[Count] = new Segmentation(destination, length, length, IsOpen: UsesSegments);
        return Count++;
    }

    /// <summary>Adds the datagram to a message of this batch; false when it has another destination or length, or is full.</summary>
    public bool TryExtend(int message, in TransportAddress destination, byte* datagram, int length)
    {
        if ((uint)message >= (uint)Count) return false;
        ref var segmentation = ref _segmentation[message];
        ref var header = ref _messages[message].Header;
        if (!segmentation.IsOpen || length > segmentation.SegmentLength || header.VectorCount == MaxSegments
            || segmentation.TotalLength + length > MaxSegmentedBytes || segmentation.Destination != destination)
            return false;
        header.Vectors[header.VectorCount] = new IoVec { Base = datagram, Length = (nuint)length };
        header.VectorCount++;
        _controls[message].Value = (ushort)segmentation.SegmentLength;
        header.Control = _controls + message;
        header.ControlLength = (nuint)sizeof(ShortControl);
        // Only the last segment may be shorter.
        segmentation = segmentation with { TotalLength = segmentation.TotalLength + length, IsOpen = length == segmentation.SegmentLength };
        return true;
    }

    /// <summary>Sends all. What the socket has no room for is dropped after a moment: later it would be of no use.</summary>
    public void Flush<TCounter>(nint socket, CounterTable<TCounter> counters, TCounter blocked, TCounter unreachable, TCounter refused)
        where TCounter : struct, Enum
    {
        var first = 0;
        var hasWaited = false;
        while (first < Count)
        {
            var sent = SendMMsg(socket, _messages + first, (uint)(Count - first), MSG_DONTWAIT);
            if (sent > 0)
            {
                first += sent;
                continue;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case EINTR:
                    break;
                case EAGAIN or ENOBUFS when !hasWaited:
                    hasWaited = true;
                    WaitForRoom(socket);
                    break;
                case EAGAIN or ENOBUFS:
                    for (; first < Count; first++) counters.Add(blocked, (long)_messages[first].Header.VectorCount);
                    break;
                case EIO or EOPNOTSUPP when _messages[first].Header.VectorCount > 1:
                    // The device does not do it: one by one from now on.
                    UsesSegments = false;
                    counters.Add(refused, SendSingly(socket, first++));
                    break;
                case EINVAL or EMSGSIZE when _messages[first].Header.VectorCount > 1:
                    // A segment is longer than this path takes. That says nothing of others, and an ICMP message that says so may be forged.
                    counters.Add(refused, SendSingly(socket, first++));
                    break;
                case ENETDOWN or ENETUNREACH or EHOSTDOWN or EHOSTUNREACH or ECONNREFUSED or EAFNOSUPPORT:
                    counters.Add(unreachable, (long)_messages[first++].Header.VectorCount);
                    break;
                default:
                    counters.Add(refused, (long)_messages[first++].Header.VectorCount);
                    break;
            }
        }
        Count = 0;
        Number++;
    }

    public void Dispose()
    {
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_controls);
        NativeMemory.Free(_names);
    }

    private static void WaitForRoom(nint socket)
    {
        var file = new PollFd { File = (int)socket, Events = POLLOUT };
        var limit = new TimeSpec { Nanoseconds = SendWaitMilliseconds * 1_000_000 };
        _ = PPoll(&file, 1, &limit, null);
    }

    /// <summary>How many could not be sent.</summary>
    private int SendSingly(nint socket, int message)
    {
        var failed = 0;
        ref var header = ref _messages[message].Header;
        for (nuint i = 0; i < header.VectorCount; i++)
        {
            var single = new MMsgHdr
            {
                Header = new MsgHdr { Name = header.Name, NameLength = header.NameLength, Vectors = header.Vectors + i, VectorCount = 1 },
            };
            if (SendMMsg(socket, &single, 1, MSG_DONTWAIT) < 1) failed++;
        }
        return failed;
    }

    private readonly record struct Segmentation(TransportAddress Destination, int SegmentLength, int TotalLength, bool IsOpen);
}
