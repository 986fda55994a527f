using Parley.Rtc.Rtp;
using Parley.Rtc.Rtp.Feedback;

namespace Parley.Fuzz.Targets;

/// <summary>A plain RTCP compound, read to its end. Its report blocks are written, and read again.</summary>
internal sealed class RtcpTarget : FuzzTarget
{
    private readonly byte[] _written = new byte[256];

    public override string Name => "rtcp";

    public override string Summary => "an RTCP compound: every packet and all that it reports";

    public override IReadOnlyList<byte[]> Dictionary { get; } =
    [
        [0x81, 200, 0, 12], [0x81, 201, 0, 7], [0x81, 202, 0, 3], [0x81, 203, 0, 1], [0x81, 205, 0, 3], [0x8F, 205, 0, 5], [0x81, 206, 0, 2], [0x8F, 206, 0, 4],
        [0xA1, 201, 0, 1], "REMB"u8.ToArray(), [0, 0, 0, 4],
    ];

    public override IEnumerable<byte[]> Examples()
    {
        var block = new ReportBlock
        {
            Ssrc = 7, FractionLost = 20, CumulativeLost = 300, HighestSequence = 70_000, Jitter = 40, LastSenderReport = 0x12345678, DelaySinceLastSenderReport = 9000,
        };
        var buffer = new byte[512];
        var writer = new RtcpWriter(buffer);
        writer.AddSenderReport(new SenderInfo { Ssrc = 5, NtpTime = 1UL << 40, RtpTimestamp = 960, PacketCount = 10, OctetCount = 1000 }, block);
        writer.AddCname(5, "parley"u8);
        writer.AddGoodbye(5);
        yield return buffer[..writer.Length];
        writer = new RtcpWriter(buffer);
        writer.AddReceiverReport(5, block);
        yield return buffer[..writer.Length];
        // Generic NACK, PLI, REMB, transport-wide feedback. (RFC 4585 §6.2.1, §6.3.1)
        yield return [0x81, 205, 0, 3, 0, 0, 0, 5, 0, 0, 0, 7, 0, 10, 0, 3];
        yield return [0x81, 206, 0, 2, 0, 0, 0, 5, 0, 0, 0, 7];
        yield return [0x8F, 206, 0, 5, 0, 0, 0, 5, 0, 0, 0, 0, .. "REMB"u8, 1, 0x0B, 0xFF, 0xFF, 0, 0, 0, 7];
        yield return [0x8F, 205, 0, 6, 0, 0, 0, 5, 0, 0, 0, 7, 0, 1, 0, 4, 0, 0, 1, 0, 0x20, 4, 4, 8, 12, 16, 0, 0];
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (!RtcpReader.TryCreate(input, out var reader)) return;
        var packets = 0;
        while (reader.TryRead(out var packet))
        {
            Invariant.Holds(++packets <= input.Length / 4);
            if (packet.TryReadSenderInfo(out var sender)) CheckWritten(sender);
            var blocks = 0;
            for (; packet.TryReadReportBlock(blocks, out var block); blocks++) CheckWritten(block);
            Invariant.Holds(blocks <= packet.Count);
            var goodbyes = 0;
            while (packet.TryReadGoodbye(goodbyes, out _)) goodbyes++;
            Invariant.Holds(goodbyes <= packet.Count);
            CheckFeedback(packet);
        }
    }

    private static void CheckFeedback(in RtcpPacket packet)
    {
        var nacks = 0;
        while (packet.TryReadNack(nacks, out _, out _)) nacks++;
        Invariant.Holds(4 * nacks <= packet.Body.Length);
        if (packet.TryReadBitrateBound(out var bound)) Invariant.Holds(double.IsFinite(bound) && bound >= 0);
        if (!TransportFeedbackReader.TryCreate(packet, out var feedback)) return;
        var packets = 0;
        while (feedback.TryRead(out _, out _, out _)) Invariant.Holds(++packets <= TransportFeedbackReader.MaxPackets);
    }

    private void CheckWritten(SenderInfo info)
    {
        var writer = new RtcpWriter(_written);
        writer.AddSenderReport(info, null);
        Invariant.Holds(RtcpReader.TryCreate(_written.AsSpan(0, writer.Length), out var reader) && reader.TryRead(out var packet)
            && packet.TryReadSenderInfo(out var again) && again == info);
    }

    private void CheckWritten(ReportBlock block)
    {
        var writer = new RtcpWriter(_written);
        writer.AddReceiverReport(1, block);
        Invariant.Holds(RtcpReader.TryCreate(_written.AsSpan(0, writer.Length), out var reader) && reader.TryRead(out var packet)
            && packet.TryReadReportBlock(0, out var again) && again == block);
    }
}
