using System.Buffers.Binary;
using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc;

/// <summary>
/// RTP packets of one stream in one block of memory, each with room for a tag. Sequence numbers go on from batch to batch, past
/// every rollover, as they do in a call.
/// </summary>
internal sealed class PacketBatch
{
    public const int Count = 256;
    public const int HeaderLength = 12;

    /// <summary>20 ms of voice at about 40 kbit/s.</summary>
    public const int PacketLength = 120;

    public const int PayloadLength = PacketLength - HeaderLength;

    private const int SlotLength = PacketLength + SrtpSession.MaxRtpOverhead;
    private readonly byte[] _bytes = new byte[Count * SlotLength];
    private ushort _sequence;

    public PacketBatch() => new SeededRandom(1).Fill(_bytes);

    public Span<byte> this[int i] => _bytes.AsSpan(i * SlotLength, SlotLength);

    /// <summary>The next <see cref="Count"/> packets. Payloads keep what is in them: to a cipher all bytes are alike.</summary>
    public void WriteHeaders()
    {
        const uint Ssrc = 0x1234_5678;
        for (var i = 0; i < Count; i++)
        {
            var packet = this[i];
            packet[0] = 0x80;
            packet[1] = 111;
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], _sequence);
            BinaryPrimitives.WriteUInt32BigEndian(packet[4..], _sequence * 960u);
            BinaryPrimitives.WriteUInt32BigEndian(packet[8..], Ssrc);
            _sequence++;
        }
    }
}
