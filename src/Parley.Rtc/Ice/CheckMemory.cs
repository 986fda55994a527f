using System.Buffers.Binary;

namespace Parley.Rtc.Ice;

/// <summary>
/// The last authentic checks and where each came from first. The same check from elsewhere is a copy, which anybody on the way can send without
/// knowing a password; a true agent repeats a check from where it sent it. (RFC 8445 §19.4 has no remedy for replays)
/// </summary>
internal sealed class CheckMemory
{
    private const int Capacity = 32;

    private readonly (ulong Id, TransportAddress Source)[] _seen = new (ulong, TransportAddress)[Capacity];
    private int _next;

    /// <summary>True when the transaction was seen before, from another address. Otherwise it is remembered.</summary>
    public bool IsCopy(ReadOnlySpan<byte> transactionId, TransportAddress source)
    {
        // 64 of the 96 bits tell 32 transactions apart.
        var id = BinaryPrimitives.ReadUInt64BigEndian(transactionId);
        foreach (ref readonly var seen in _seen.AsSpan())
            if (seen.Id == id && seen.Source != default) return seen.Source != source;
        _seen[_next] = (id, source);
        _next = (_next + 1) % Capacity;
        return false;
    }
}
