using CsCheck;
using Parley.Rtc.Rtp;

namespace Parley.Rtc.Tests.Rtp;

public sealed class RtcpTests
{
    private static readonly SenderInfo Sender = new() { Ssrc = 5, NtpTime = 0x0123456789ABCDEF, RtpTimestamp = 48000, PacketCount = 50, OctetCount = 5000 };

    private static readonly ReportBlock Block = new()
    {
        Ssrc = 9, FractionLost = 25, CumulativeLost = -3, HighestSequence = 70000, Jitter = 480, LastSenderReport = 0x456789AB,
        DelaySinceLastSenderReport = 65536,
    };

    [Fact]
    public void A_compound_of_sender_report_name_and_goodbye_reads_back()
    {
        var compound = Write(Block);
        Assert.True(RtcpReader.TryCreate(compound, out var reader));

        Assert.True(reader.TryRead(out var report));
        Assert.True(report.TryReadSenderInfo(out var info));
        Assert.Equal(Sender, info);
        Assert.True(report.TryReadReportBlock(0, out var block));
        Assert.Equal(Block, block);
        Assert.False(report.TryReadReportBlock(1, out _));

        Assert.True(reader.TryRead(out var description));
        Assert.Equal(RtcpPacketType.SourceDescription, description.Type);
        Assert.Equal(1, description.Count);
        // SSRC, CNAME item of six characters, and the zero byte that ends the chunk.
        Assert.Equal([0, 0, 0, 5, 1, 6, .. "parley"u8, 0, 0, 0, 0], description.Body.ToArray());

        Assert.True(reader.TryRead(out var goodbye));
        Assert.True(goodbye.TryReadGoodbye(0, out var ssrc));
        Assert.Equal(5u, ssrc);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void A_receiver_report_without_blocks_reads_back()
    {
        var buffer = new byte[RtcpWriter.MaxCompoundLength];
        var writer = new RtcpWriter(buffer);
        writer.AddReceiverReport(5, null);
        Assert.True(RtcpReader.TryCreate(buffer.AsSpan(0, writer.Length), out var reader));
        Assert.True(reader.TryRead(out var report));
        Assert.False(report.TryReadReportBlock(0, out _));
    }

    [Fact]
    public void Every_truncation_is_refused_unless_it_ends_at_a_packet()
    {
        var compound = Write(Block);
        int[] boundaries = [52, 72, compound.Length];
        for (var length = 0; length <= compound.Length; length++)
            Assert.Equal(boundaries.Contains(length), RtcpReader.TryCreate(compound.AsSpan(0, length), out _));
    }

    [Fact]
    public void Random_bytes_and_mutations_never_throw()
    {
        var compound = Write(Block);
        Gen.Byte.Array[0, 120].Sample(bytes => { ReadAll(bytes); });
        Gen.Select(Gen.Int[0, compound.Length - 1], Gen.Byte).Sample((index, value) =>
        {
            var mutated = (byte[])compound.Clone();
            mutated[index] = value;
            ReadAll(mutated);
        });
    }

    [Fact]
    public void Time_spans_survive_the_trip_through_fixed_point() =>
        Gen.Int[0, 60_000].Sample(milliseconds =>
        {
            var span = TimeSpan.FromMilliseconds(milliseconds);
            return Math.Abs((NtpClock.ToTimeSpan(NtpClock.FromTimeSpan(span)) - span).TotalMicroseconds) < 20;
        });

    private static byte[] Write(ReportBlock block)
    {
        var buffer = new byte[RtcpWriter.MaxCompoundLength];
        var writer = new RtcpWriter(buffer);
        writer.AddSenderReport(Sender, block);
        writer.AddCname(5, "parley"u8);
        writer.AddGoodbye(5);
        return buffer[..writer.Length];
    }

    private static void ReadAll(byte[] bytes)
    {
        if (!RtcpReader.TryCreate(bytes, out var reader)) return;
        while (reader.TryRead(out var packet))
        {
            packet.TryReadSenderInfo(out _);
            for (var i = 0; i < 40; i++)
            {
                packet.TryReadReportBlock(i, out _);
                packet.TryReadGoodbye(i, out _);
            }
        }
    }
}
