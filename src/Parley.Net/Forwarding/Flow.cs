using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Net.Forwarding;

/// <summary>One client address and what is kept for it: 64 bytes, a line of the processor's cache.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct Flow
{
    /// <summary>No link, no place.</summary>
    public const int None = -1;

    public ulong IpHigh;
    public ulong IpLow;
    public ushort Port;
    public TransportProtocol Protocol;
    public FlowState State;

    /// <summary>Of the transceiver in <see cref="NodeTable"/>.</summary>
    public ushort Node;

    /// <summary>In seconds of the table's time.</summary>
    public uint LastSeen;

    /// <summary>In the list of the wheel's slot.</summary>
    public int WheelNext, WheelPrevious;

    /// <summary>In the list of unconfirmed flows, oldest first; free places are linked by <see cref="AgeNext"/>.</summary>
    public int AgeNext, AgePrevious;

    /// <summary>The last two SSRCs that this flow has entered in <see cref="SsrcHints"/>, newest first; 0: none.</summary>
    public uint Ssrc, OlderSsrc;

    /// <summary>Bytes that have come from the client and have not been matched by bytes to it, while it is not verified.</summary>
    public int Credit;

    /// <summary>Of the last check: where it goes is looked at again when this changes. 0: none seen.</summary>
    public uint CheckFingerprint;

    /// <summary>Upper half of the address's hash.</summary>
    public uint Hash;

    public readonly TransportAddress Client => new(new UInt128(IpHigh, IpLow), Port, Protocol);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsOf(in TransportAddress client) =>
        IpLow == (ulong)client.Ip && Port == client.Port && IpHigh == (ulong)(client.Ip >> 64) && Protocol == client.Protocol;
}
