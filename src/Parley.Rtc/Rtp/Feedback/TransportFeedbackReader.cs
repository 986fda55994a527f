using System.Buffers.Binary;

namespace Parley.Rtc.Rtp.Feedback;

/// <summary>
/// Steps through a transport-wide feedback packet: for each packet, whether it came, and when on the remote's clock.
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1)
/// </summary>
internal ref struct TransportFeedbackReader
{
    /// <summary>The format within RTCP's transport layer feedback.</summary>
    public const int Format = 15;

    /// <summary>Packets in one feedback that are believed: what a minute of speech would have is no feedback in time.</summary>
    public const int MaxPackets = 1024;

    /// <summary>Ticks of one delta, 250 µs, and of one step of the reference time, 64 ms.</summary>
    public const long DeltaTicks = TimeSpan.TicksPerMillisecond / 4;
    public const long ReferenceTicks = 64 * TimeSpan.TicksPerMillisecond;

    private const int HeadLength = 16;

    private ReadOnlySpan<byte> _chunks;
    private ReadOnlySpan<byte> _deltas;
    private int _remaining;
    private ushort _sequence;
    private long _time;
    private ushort _chunk;
    private int _inChunk;

    /// <summary>It ended before it had said all that it promised.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>False when the packet is no such feedback, or its chunks do not fit it.</summary>
    public static bool TryCreate(in RtcpPacket packet, out TransportFeedbackReader reader)
    {
        reader = default;
        var body = packet.Body;
        if (packet.Type != RtcpPacketType.TransportFeedback || packet.Count != Format || body.Length < HeadLength) return false;
        var count = BinaryPrimitives.ReadUInt16BigEndian(body[10..]);
        if (count is 0 or > MaxPackets || !TryMeasureChunks(body[HeadLength..], count, out var chunks)) return false;
        reader._chunks = body.Slice(HeadLength, chunks);
        reader._deltas = body[(HeadLength + chunks)..];
        reader._sequence = BinaryPrimitives.ReadUInt16BigEndian(body[8..]);
        reader._remaining = count;
        // 24 bits, signed.
        reader._time = (BinaryPrimitives.ReadInt32BigEndian(body[12..]) >> 8) * ReferenceTicks;
        return true;
    }

    /// <summary>The next packet; <paramref name="arrival"/> is in ticks of 100 ns on the remote's clock and means nothing when it did not come.</summary>
    public bool TryRead(out ushort sequence, out bool hasArrived, out long arrival)
    {
        (sequence, hasArrived, arrival) = (_sequence, false, 0);
        if (_remaining == 0) return false;
        if (_inChunk == 0)
        {
            _chunk = BinaryPrimitives.ReadUInt16BigEndian(_chunks);
            _chunks = _chunks[2..];
            _inChunk = LengthOf(_chunk);
        }
        var symbol = SymbolOf(_chunk, LengthOf(_chunk) - _inChunk);
        switch (symbol)
        {
            case 1 when _deltas.Length >= 1:
                _time += _deltas[0] * DeltaTicks;
                _deltas = _deltas[1..];
                break;
            case 2 when _deltas.Length >= 2:
                _time += BinaryPrimitives.ReadInt16BigEndian(_deltas) * DeltaTicks;
                _deltas = _deltas[2..];
                break;
            case not 0: // a delta is missing, or the reserved symbol
                IsMalformed = true;
                _remaining = 0;
                return false;
        }
        (hasArrived, arrival) = (symbol != 0, _time);
        _inChunk--;
        _remaining--;
        _sequence++;
        return true;
    }

    private static bool TryMeasureChunks(ReadOnlySpan<byte> rest, int count, out int length)
    {
        length = 0;
        while (count > 0)
        {
            if (rest.Length < length + 2) return false;
            var packets = LengthOf(BinaryPrimitives.ReadUInt16BigEndian(rest[length..]));
            if (packets == 0) return false;
            count -= packets;
            length += 2;
        }
        return true;
    }

    /// <summary>Packets of a chunk: a run's length, 14 symbols of one bit or 7 of two. (§3.1.3, §3.1.4)</summary>
    private static int LengthOf(ushort chunk) => (chunk & 0x8000) == 0 ? chunk & 0x1FFF : (chunk & 0x4000) == 0 ? 14 : 7;

    private static int SymbolOf(ushort chunk, int index) =>
        (chunk & 0x8000) == 0 ? chunk >> 13 & 3
        : (chunk & 0x4000) == 0 ? chunk >> (13 - index) & 1
        : chunk >> (12 - 2 * index) & 3;
}
