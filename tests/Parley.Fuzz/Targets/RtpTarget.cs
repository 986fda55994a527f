using Parley.Rtc.Rtp;
using Parley.Rtc.Rtp.Extensions;

namespace Parley.Fuzz.Targets;

/// <summary>A plain RTP packet. What was understood is written, and read again.</summary>
internal sealed class RtpTarget : FuzzTarget
{
    private readonly byte[] _written = new byte[4096];

    public override string Name => "rtp";

    public override string Summary => "an RTP packet: header, CSRCs, padding, header extensions";

    public override IReadOnlyList<byte[]> Dictionary { get; } = [[0x80, 111], [0x90, 111], [0xB0, 111], [0xBE, 0xDE, 0, 1], [0xBE, 0xDE, 0, 4], [0x10, 0, 0, 1], [0x10, 0x85], [0x22, 1, 2, 3], [0x31, 0, 7], [0x40, 0x30], [1, 1, 0x85], [3, 2, 0, 7], [0, 0, 0, 4]];

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
        CheckExtensions(input, header);
        Invariant.Equal(RtpParseStatus.Ok, RtpHeader.TryParse(_written.AsSpan(0, RtpHeader.FixedLength + payload.Length), out var again));
        Invariant.Equal((header.Marker, header.PayloadType, header.SequenceNumber), (again.Marker, again.PayloadType, again.SequenceNumber));
        Invariant.Equal((header.Timestamp, header.Ssrc, payload.Length), (again.Timestamp, again.Ssrc, again.PayloadLength));
    }

    /// <summary>What the extensions say is written, and read again. Only a mid too long for the form that is written is left out.</summary>
    private void CheckExtensions(ReadOnlySpan<byte> input, in RtpHeader header)
    {
        var map = HeaderExtensionMap.Offered;
        var said = HeaderExtensions.Read(input, header, map);
        Span<byte> packet = stackalloc byte[RtpHeader.FixedLength + HeaderExtensions.MaxLength];
        header.Write(packet);
        var length = said.Write(packet[RtpHeader.FixedLength..], map);
        Invariant.Holds(length <= HeaderExtensions.MaxLength && length % 4 == 0);
        if (length == 0) return;
        packet[0] |= 0x10;
        packet = packet[..(RtpHeader.FixedLength + length)];
        Invariant.Equal(RtpParseStatus.Ok, RtpHeader.TryParse(packet, out var written));
        var again = HeaderExtensions.Read(packet, written, map);
        Invariant.Equal(said.AudioLevel, again.AudioLevel);
        Invariant.Equal(said.AbsoluteSendTime, again.AbsoluteSendTime);
        Invariant.Equal(said.TransportSequence, again.TransportSequence);
        if (said.Mid.Length <= HeaderExtensions.MaxMidLength) Invariant.Holds(again.Mid.SequenceEqual(said.Mid));
    }
}
