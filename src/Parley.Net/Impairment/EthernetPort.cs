using System.Runtime.InteropServices;
using System.Text;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Impairment;

/// <summary>
/// One network interface, as raw Ethernet frames in and out. (packet(7)) Frames come with the kernel's note of what is still to be done to them
/// (checksums, segmentation) and go out with it, so that what one interface leaves to its hardware is done by the next. Linux only; needs CAP_NET_RAW.
/// </summary>
internal sealed unsafe class EthernetPort : IDisposable
{
    /// <summary>The longest frame with its note, in bytes: a TCP segment that is yet to be cut.</summary>
    public const int MaxLength = 1 << 17;

    /// <summary>Bytes of the note before each frame: struct virtio_net_hdr.</summary>
    public const int NoteLength = 10;

    private const int AF_PACKET = 17, SOCK_RAW = 3, SOL_PACKET = 263;
    private const int PACKET_ADD_MEMBERSHIP = 1, PACKET_MR_PROMISC = 1, PACKET_VNET_HDR = 15, PACKET_IGNORE_OUTGOING = 23;

    /// <summary>ETH_P_ALL, in network order.</summary>
    private const ushort EveryProtocol = 0x0300;

    private readonly FileDescriptor _socket;

    public EthernetPort(string name)
    {
        Name = name;
        var index = IndexOf(name);
        if (index == 0) throw new ImpairmentException($"There is no network interface '{name}' here. `ip link` prints those that there are.");
        _socket = Socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (_socket.IsInvalid) throw new ImpairmentException($"Frames of '{name}' cannot be had: {Failed("socket").Message}. Run it as root, or with CAP_NET_RAW.");
        try
        {
            var one = 1;
            Check(SetSockOpt(_socket, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(int)));
            Check(SetSockOpt(_socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(int)));
            var membership = new Membership { Interface = index, Kind = PACKET_MR_PROMISC };
            Check(SetSockOpt(_socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, (int*)&membership, (uint)sizeof(Membership)));
            var address = new LinkAddress { Family = AF_PACKET, Protocol = EveryProtocol, Interface = index };
            Check(Bind(_socket, (byte*)&address, (uint)sizeof(LinkAddress)));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public string Name { get; }

    /// <summary>The descriptor; open until this is disposed.</summary>
    public nint Number => _socket.DangerousGetHandle();

    /// <summary>The next frame with its note; false when there is none now.</summary>
    public bool TryReceive(Span<byte> buffer, out int length)
    {
        fixed (byte* bytes = buffer) length = (int)Read(_socket, bytes, (nuint)buffer.Length);
        return length > NoteLength;
    }

    /// <summary>False when the interface did not take the frame.</summary>
    public bool TrySend(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame) return Write(_socket, bytes, (nuint)frame.Length) == frame.Length;
    }

    public void Dispose() => _socket.Dispose();

    private static int IndexOf(string name)
    {
        Span<byte> terminated = stackalloc byte[64];
        if (!Encoding.ASCII.TryGetBytes(name, terminated[..^1], out var length)) return 0;
        terminated[length] = 0;
        fixed (byte* bytes = terminated) return (int)InterfaceIndex(bytes);
    }

    private void Check(int result)
    {
        if (result != 0) throw new ImpairmentException($"Frames of '{Name}' cannot be had: {Failed("packet socket").Message}.");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LinkAddress
    {
        public ushort Family;
        public ushort Protocol;
        public int Interface;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Membership
    {
        public int Interface;
        public ushort Kind;
        public ushort AddressLength;
        public ulong Address;
    }
}
