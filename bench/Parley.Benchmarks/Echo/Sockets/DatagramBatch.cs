using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static Parley.Benchmarks.Echo.Sockets.LibC;

namespace Parley.Benchmarks.Echo.Sockets;

/// <summary>Headers and buffers of one direction for recvmmsg or sendmmsg, outside the managed heap; lives as long as the process.</summary>
internal sealed unsafe class DatagramBatch
{
    public const int Capacity = 64;
    public const int SlotLength = 1500;

    private const int SlotStride = 2048;

    private readonly IoVec* _vectors = (IoVec*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(IoVec));
    private readonly SocketName* _names = (SocketName*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(SocketName));
    private readonly PacketInfo* _infos = (PacketInfo*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(PacketInfo));
    private readonly byte* _slots = (byte*)NativeMemory.AllocZeroed(Capacity, SlotStride);

    public DatagramBatch()
    {
        for (var i = 0; i < Capacity; i++)
        {
            _vectors[i] = new IoVec { Base = _slots + (i * SlotStride), Length = SlotLength };
            Messages[i] = new MMsgHdr { Name = &_names[i], Vectors = &_vectors[i], VectorCount = 1, Control = &_infos[i] };
        }
    }

    public MMsgHdr* Messages { get; } = (MMsgHdr*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(MMsgHdr));

    /// <summary>The whole buffer of a message.</summary>
    public Span<byte> Slot(int index) => new(_vectors[index].Base, SlotLength);

    /// <summary>The bytes that recvmmsg brought.</summary>
    public Span<byte> Received(int index) => Slot(index)[..(int)Messages[index].Length];

    /// <summary>The local address that a received datagram was sent to.</summary>
    public uint DestinationOf(int index) => BinaryPrimitives.ReverseEndianness(_infos[index].DestinationBigEndian);

    public void PrepareToReceive(int index)
    {
        _vectors[index].Length = SlotLength;
        Messages[index].NameLength = (uint)sizeof(SocketName);
        Messages[index].ControlLength = (nuint)sizeof(PacketInfo);
    }

    /// <summary>Sends a received message back to where it came from.</summary>
    public void PrepareToReturn(int index)
    {
        _vectors[index].Length = Messages[index].Length;
        Messages[index].ControlLength = 0;
    }

    public void PrepareToSend(int index, int length, uint source, in SocketName destination)
    {
        _vectors[index].Length = (nuint)length;
        _names[index] = destination;
        Messages[index].NameLength = (uint)sizeof(SocketName);
        _infos[index] = new PacketInfo
        {
            Length = PacketInfo.FilledLength,
            Level = IPPROTO_IP,
            Type = IP_PKTINFO,
            SourceBigEndian = BinaryPrimitives.ReverseEndianness(source),
        };
        Messages[index].ControlLength = (nuint)sizeof(PacketInfo);
    }
}
