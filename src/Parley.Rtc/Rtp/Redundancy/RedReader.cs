using System.Buffers.Binary;

namespace Parley.Rtc.Rtp.Redundancy;

/// <summary>
/// Steps through the blocks of a RED payload, oldest first, the primary one last. The payload is checked as a whole first.
/// (RFC 2198 §3)
/// </summary>
internal ref struct RedReader
{
    /// <summary>More redundant blocks than this in one packet are not believed.</summary>
    public const int MaxRedundantBlocks = 8;

    private ReadOnlySpan<byte> _headers;
    private ReadOnlySpan<byte> _data;

    private RedReader(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> data, int redundantBlocks)
    {
        _headers = headers;
        _data = data;
        RemainingRedundant = redundantBlocks;
    }

    /// <summary>Redundant blocks not yet read.</summary>
    public int RemainingRedundant { get; private set; }

    /// <summary>False unless the headers are whole and their blocks fit the payload. The primary block gets what is left, which may be nothing.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> payload, out RedReader reader)
    {
        reader = default;
        var (offset, total, blocks) = (0, 0, 0);
        while (offset < payload.Length && (payload[offset] & 0x80) != 0)
        {
            if (payload.Length - offset < 4 || ++blocks > MaxRedundantBlocks) return false;
            total += BinaryPrimitives.ReadUInt16BigEndian(payload[(offset + 2)..]) & 0x3FF;
            offset += 4;
        }
        if (payload.Length - offset < 1 + total) return false;
        reader = new RedReader(payload[..(offset + 1)], payload[(offset + 1)..], blocks);
        return true;
    }

    /// <summary>The next redundant block; <paramref name="timestampOffset"/> is how far its timestamp lies before the packet's.</summary>
    public bool TryReadRedundant(out byte payloadType, out uint timestampOffset, out ReadOnlySpan<byte> block)
    {
        payloadType = 0;
        timestampOffset = 0;
        block = default;
        if (RemainingRedundant == 0) return false;
        var word = BinaryPrimitives.ReadUInt32BigEndian(_headers);
        payloadType = (byte)(word >> 24 & 0x7F);
        timestampOffset = word >> 10 & 0x3FFF;
        var length = (int)(word & 0x3FF);
        block = _data[..length];
        _data = _data[length..];
        _headers = _headers[4..];
        RemainingRedundant--;
        return true;
    }

    /// <summary>The primary block, once no redundant one is left.</summary>
    public readonly ReadOnlySpan<byte> ReadPrimary(out byte payloadType)
    {
        payloadType = (byte)(_headers[0] & 0x7F);
        return _data;
    }
}
