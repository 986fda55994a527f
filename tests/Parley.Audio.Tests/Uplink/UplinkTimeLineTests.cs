using CsCheck;
using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>The sample clock: pauses, leaps, new streams, packets of other lengths, hostile input.</summary>
public sealed class UplinkTimeLineTests : IDisposable
{
    private const uint Step = UplinkCall.Step;
    private static readonly byte[] DtxPacket = [0x78];

    private readonly UplinkCall _call = new(LinkConditions.Perfect, seed: 1);

    public void Dispose() => _call.Dispose();

    [Fact]
    public void A_pause_of_the_sender_becomes_silence_of_its_length()
    {
        Insert(0, 10, 0);
        Insert(500, 11, 25 * Step);
        Assert.Equal("D" + new string('S', 24) + "D", _call.Kinds);
        Assert.Equal(TimeSpan.FromMilliseconds(500), _call.Frames[^1].Frame.CaptureTime);
    }

    [Fact]
    public void After_a_packet_that_announces_a_pause_silence_is_given_as_time_passes()
    {
        Insert(0, 10, 0);
        _call.Insert(20, 11, Step, DtxPacket);
        Assert.Equal("uplink.pause", _call.Uplink.NextDeadline.Reason);
        _call.Clock.RunUntil(Instant.FromMilliseconds(219));
        Assert.Equal("DD" + new string('S', 6), _call.Kinds);
        Insert(420, 12, 21 * Step);
        Assert.Equal("DD" + new string('S', 19) + "D", _call.Kinds);
        Assert.Equal(TimeSpan.FromMilliseconds(420), _call.Frames[^1].Frame.CaptureTime);
    }

    [Fact]
    public void Words_that_come_late_after_a_pause_are_kept_and_the_clock_is_made_good_in_the_next_pause()
    {
        Insert(0, 10, 0);
        _call.Insert(20, 11, Step, DtxPacket);
        Insert(500, 12, 10 * Step); // due at 200 ms
        Assert.Equal(UplinkFrameKind.Decoded, _call.Frames[^1].Frame.Kind);
        var behind = _call.Frames[^1].Frame.CaptureTime - TimeSpan.FromMilliseconds(200);
        Assert.InRange(behind.TotalMilliseconds, 100, 300);
        Insert(1000, 13, 50 * Step);
        Assert.Equal(TimeSpan.FromSeconds(1), _call.Frames[^1].Frame.CaptureTime);
    }

    [Fact]
    public void A_pause_that_never_ends_stops_giving_silence_after_the_bound()
    {
        _call.Insert(0, 10, 0, DtxPacket);
        _call.Clock.RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal("D" + new string('S', 150), _call.Kinds);
        Assert.True(_call.Uplink.NextDeadline.IsNone);
    }

    [Fact]
    public void A_very_long_pause_is_leapt_over()
    {
        Insert(0, 10, 0);
        Insert(600_000, 11, 30_000 * Step);
        Assert.Equal(152, _call.Frames.Count);
        Assert.Equal(1, _call.Uplink.Counters[UplinkCount.Leapt]);
        Assert.Equal(TimeSpan.FromMilliseconds(3020), _call.Frames[^1].Frame.CaptureTime);
    }

    [Fact]
    public void A_new_ssrc_follows_the_old_stream()
    {
        Insert(0, 10, 0);
        _call.Insert(20, 5000, 77_777, UplinkCall.Packet(0), ssrc: 2);
        _call.Insert(40, 5001, 77_777 + Step, UplinkCall.Packet(1), ssrc: 2);
        _call.Insert(41, 11, Step, UplinkCall.Packet(1), ssrc: 0); // a straggler
        Assert.Equal("DDD", _call.Kinds);
        Assert.Equal(TimeSpan.FromMilliseconds(40), _call.Frames[^1].Frame.CaptureTime);
        Assert.Equal(1, _call.Uplink.Counters[UplinkCount.Restarted]);
        Assert.Equal(1, _call.Uplink.Counters[UplinkCount.OutOfSequence]);
    }

    [Fact]
    public void A_leap_of_the_sequence_is_believed_when_the_next_packet_confirms_it()
    {
        Insert(0, 10, 0);
        Insert(20, 40_000, 900_000);
        Assert.Equal("D", _call.Kinds);
        Insert(40, 40_001, 900_000 + Step);
        Insert(60, 40_002, 900_000 + 2 * Step);
        Assert.Equal("DDD", _call.Kinds);
    }

    [Fact]
    public void Timestamps_that_go_back_far_are_a_new_time_line()
    {
        Insert(0, 10, 1_000_000);
        Insert(20, 11, 5);
        Insert(40, 12, 5 + Step);
        Assert.Equal("DDD", _call.Kinds);
        Assert.Equal(TimeSpan.FromMilliseconds(40), _call.Frames[^1].Frame.CaptureTime);
    }

    [Fact]
    public void A_packet_that_overlaps_the_one_before_gives_only_what_is_new()
    {
        Insert(0, 10, 0);
        Insert(20, 11, Step / 2);
        Insert(40, 12, Step + Step / 2);
        Assert.Equal([480, 240, 480], _call.Frames.Select(f => f.Frame.SampleCount));
        Assert.Equal(TimeSpan.FromMilliseconds(30), _call.Frames[^1].Frame.CaptureTime);
    }

    [Theory]
    [InlineData(60)] // 2.5 ms at 24 kHz
    [InlineData(120)]
    [InlineData(240)]
    [InlineData(960)]
    [InlineData(1440)]
    [InlineData(2880)] // 120 ms: two frames of 60 ms in one packet
    public void Packets_of_any_length_pass_and_are_repaired(int samples)
    {
        // Wide band keeps to SILK, where 60 ms is one frame.
        using var encoder = new OpusEncoder(new OpusEncoderConfig { ExpectedLossPercent = 20, MaxBandwidth = OpusBandwidth.Wide });
        var frame = Math.Min(samples, 1440);
        var voice = Signals.VoiceLike(24000, samples * 20);
        for (var i = 0; i < 20; i++)
        {
            var packet = Packet(encoder, voice.AsSpan(i * samples, samples), frame);
            if (i % 5 != 4) _call.Insert(i * samples / 24.0, (ushort)i, (uint)(i * samples * 2), packet);
        }
        _call.Clock.RunFor(TimeSpan.FromMilliseconds(200));
        Assert.Equal(samples * 19, _call.InOrder.Sum(f => f.SampleCount));
        Assert.Equal(16, _call.Uplink.Counters[UplinkCount.Decoded]);
    }

    [Fact]
    public void Whatever_comes_nothing_throws_and_the_time_line_has_no_gap() =>
        Gen.Select(Gen.Int[-3, 70_000], Gen.UInt, Gen.Int[0, 40], Gen.Byte.Array[0, 40], Gen.Bool).Array[1, 200].Sample(packets =>
        {
            using var uplink = new AudioUplink();
            var pcm = new short[uplink.MaxSamples];
            var now = new Instant(0);
            long samples = 0;
            ushort seq = 0;
            uint timestamp = 0;
            foreach (var (leap, anywhere, wait, bytes, isWild) in packets)
            {
                seq = (ushort)(seq + (isWild ? leap : Math.Abs(leap) % 4));
                timestamp = isWild ? anywhere : timestamp + (uint)(Math.Abs(leap) % 4) * 960;
                now += TimeSpan.FromMilliseconds(wait);
                uplink.Insert(new SeqNo(seq), timestamp, bytes, now, ssrc: isWild ? anywhere % 2 : 0);
                while (uplink.TryPoll(now, pcm, out var frame))
                {
                    if (frame.Kind == UplinkFrameKind.Revision) continue;
                    Assert.Equal(TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / 24000), frame.CaptureTime);
                    samples += frame.SampleCount;
                }
            }
        }, iter: 150);

    [Fact]
    public void A_packet_allocates_nothing_lost_or_not()
    {
        using var uplink = new AudioUplink();
        var pcm = new short[uplink.MaxSamples];
        var packets = Enumerable.Range(0, 200).Select(i => UplinkCall.Packet(i)).ToArray();
        Run(0);
        var round = 0;
        for (var i = 0; i < 5; i++) Assert.Equal(0, AllocationMeter.Undisturbed(() => Run(++round)));

        void Run(int round)
        {
            for (var i = 0; i < packets.Length; i++)
            {
                if (i % 7 == 3) continue; // lost
                var number = i % 11 == 5 ? i - 2 : i; // now and then late
                var now = Instant.FromMilliseconds((round * packets.Length + i) * 20);
                uplink.Insert(new SeqNo((ushort)(round * packets.Length + number)), (uint)(round * packets.Length + number) * Step,
                    packets[number], now);
                while (uplink.TryPoll(now, pcm, out _)) { }
            }
        }
    }

    private void Insert(double at, ushort seq, uint timestamp) => _call.Insert(at, seq, timestamp, UplinkCall.Packet(seq));

    /// <summary>One packet of one or two frames. (RFC 6716 §3.2.4)</summary>
    private static byte[] Packet(OpusEncoder encoder, ReadOnlySpan<short> pcm, int frame)
    {
        var first = new byte[OpusEncoder.MaxPacketLength];
        var length = encoder.Encode(pcm[..frame], first);
        if (frame == pcm.Length) return first[..length];
        var second = new byte[OpusEncoder.MaxPacketLength];
        var secondLength = encoder.Encode(pcm[frame..], second);
        Assert.Equal(first[0], second[0]);
        byte[] size = length - 1 < 252 ? [(byte)(length - 1)] : [(byte)(252 + (length - 1) % 4), (byte)((length - 1 - 252) / 4)];
        return [(byte)(first[0] | 2), .. size, .. first.AsSpan(1, length - 1), .. second.AsSpan(1, secondLength - 1)];
    }
}
