using System.Buffers.Binary;

namespace Parley.Rtc.Rtp.Redundancy;

/// <summary>Writes RED payloads: each frame with copies of the frames before it, which it keeps. (RFC 2198) Allocates nothing after construction.</summary>
internal sealed class RedWriter
{
    /// <summary>Copies of earlier frames in one packet, at most.</summary>
    public const int MaxLevels = 2;

    /// <summary>The block length has 10 bits, the timestamp offset 14. (RFC 2198 §3)</summary>
    private const int MaxBlockLength = 0x3FF;
    private const uint MaxTimestampOffset = 0x3FFF;

    private readonly byte[] _bytes = new byte[MaxLevels * MaxBlockLength];
    private readonly int[] _lengths = new int[MaxLevels];
    private readonly uint[] _timestamps = new uint[MaxLevels];

    /// <summary>Copies wanted, 0…<see cref="MaxLevels"/>.</summary>
    public int Levels { get; set; }

    /// <summary>Writes the payload; 0, with nothing written, when no copy is wanted, or none is at hand that fits: then the frame goes alone.</summary>
    public int Write(Span<byte> destination, ReadOnlySpan<byte> frame, uint timestamp, byte payloadType)
    {
        var levels = 0;
        var length = 1 + frame.Length;
        while (levels < Levels && IsUsable(levels, timestamp) && length + 4 + _lengths[levels] <= destination.Length)
            length += 4 + _lengths[levels++];
        if (levels == 0) return 0;
        var header = destination;
        var data = destination[(4 * levels + 1)..];
        for (var level = levels - 1; level >= 0; level--)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header, (uint)(0x80 | payloadType) << 24 | (timestamp - _timestamps[level]) << 10 | (uint)_lengths[level]);
            header = header[4..];
            Copy(level).CopyTo(data);
            data = data[_lengths[level]..];
        }
        header[0] = payloadType;
        frame.CopyTo(data);
        return length;
    }

    /// <summary>Keeps a frame that was sent, for the packets after it.</summary>
    public void Keep(ReadOnlySpan<byte> frame, uint timestamp)
    {
        for (var level = MaxLevels - 1; level > 0; level--)
        {
            Copy(level - 1).CopyTo(_bytes.AsSpan(level * MaxBlockLength));
            (_lengths[level], _timestamps[level]) = (_lengths[level - 1], _timestamps[level - 1]);
        }
        // A frame too long to be a block ends the row: its successors must not stand in for it.
        _lengths[0] = frame.Length > MaxBlockLength ? 0 : frame.Length;
        if (_lengths[0] != 0) frame.CopyTo(_bytes);
        _timestamps[0] = timestamp;
    }

    private bool IsUsable(int level, uint timestamp) => _lengths[level] > 0 && timestamp - _timestamps[level] is > 0 and <= MaxTimestampOffset;

    private Span<byte> Copy(int level) => _bytes.AsSpan(level * MaxBlockLength, _lengths[level]);
}
