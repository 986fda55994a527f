using Parley.Rtc.Rtp;

namespace Parley.Fuzz.Targets;

/// <summary>A plain RTP packet. What was understood is written, and read again.</summary>
internal sealed class RtpTarget : FuzzTarget
{
    private readonly byte[] _written = new byte[4096];

    public override string Name => "rtp";

    public override string Summary => "an RTP packet: header, CSRCs, extension, padding";

    public override IReadOnlyList<byte[]> Dictionary { get; } = [[0x80, 111], [0x90, 111], [0xB0, 111], [0xBE, 0xDE, 0, 1], [0x10, 0, 0, 1], [0, 0, 0, 4]];

    public override IEnumerable<byte[]> Examples()
    {
        var plain = new byte[40];
        new RtpHeader { PayloadType = 111, SequenceNumber = new SeqNo(1), Timestamp = 960, Ssrc = 5, Marker = true }.Write(plain);
        yield return plain;
        byte[] extended = [.. plain.AsSpan(0, 12), 0, 0, 0, 9, 0xBE, 0xDE, 0, 1, 0x10, 0x85, 0x31, 0, .. plain.AsSpan(12), 0, 0, 3];
        extended[0] = 0x80 | 0x20 | 0x10 | 1;
        yield return extended;
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (RtpHeader.TryParse(input, out var header) != RtpParseStatus.Ok) return;
        Invariant.Holds(header.PayloadOffset >= RtpHeader.FixedLength && header.PayloadLength >= 0);
        Invariant.Holds(header.PayloadOffset + header.PayloadLength <= input.Length);
        var payload = input.Slice(header.PayloadOffset, header.PayloadLength);
        header.Write(_written);
        payload.CopyTo(_written.AsSpan(RtpHeader.FixedLength));
        Invariant.Equal(RtpParseStatus.Ok, RtpHeader.TryParse(_written.AsSpan(0, RtpHeader.FixedLength + payload.Length), out var again));
        Invariant.Equal((header.Marker, header.PayloadType, header.SequenceNumber), (again.Marker, again.PayloadType, again.SequenceNumber));
        Invariant.Equal((header.Timestamp, header.Ssrc, payload.Length), (again.Timestamp, again.Ssrc, again.PayloadLength));
    }
}
