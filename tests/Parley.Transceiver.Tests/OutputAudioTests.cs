using Parley.Audio;
using Parley.Rtc.Sdp;
using Parley.Transceiver.Output;

namespace Parley.Transceiver.Tests;

/// <summary>The packets that a client gets are those that it asked for. (RFC 7587 §6.1)</summary>
public sealed class OutputAudioTests
{
    private static readonly short[] Speech = Voice.Say("What time is it? What time is it? What time is it?");

    [Theory]
    [InlineData(8_000, OpusBandwidth.Narrow)]
    [InlineData(16_000, OpusBandwidth.Wide)]
    [InlineData(24_000, OpusBandwidth.SuperWide)]
    public void The_bandwidth_stays_within_maxplaybackrate(int rate, OpusBandwidth widest)
    {
        var packets = Play($"maxplaybackrate={rate}");
        Assert.All(packets, packet => Assert.True(packet.Opus.Bandwidth <= widest));
    }

    [Fact]
    public void The_average_stays_within_maxaveragebitrate()
    {
        var packets = Play("maxaveragebitrate=12000");
        Assert.InRange(packets.Sum(packet => packet.Length) * 8 / (packets.Count * 0.02), 6_000, 13_000);
    }

    [Fact]
    public void A_constant_bit_rate_has_packets_of_one_length()
    {
        Assert.Single(Play("cbr=1").Select(packet => packet.Length).Distinct());
        Assert.NotEqual(1, Play("").Select(packet => packet.Length).Distinct().Count());
    }

    [Theory]
    [InlineData("ptime=40", 1920)]
    [InlineData("ptime=60", 2880)]
    [InlineData("ptime=60;maxptime=20", 960)]
    public void Packets_have_the_length_that_was_asked_for_and_follow_each_other_without_a_gap(string parameters, int duration)
    {
        var packets = Play(parameters);
        Assert.All(packets, packet => Assert.Equal(duration, packet.Opus.Duration));
        Assert.All(packets.Zip(packets.Skip(1)), pair => Assert.Equal((uint)duration, pair.Second.Timestamp - pair.First.Timestamp));
        Assert.Equal(TimeSpan.FromMilliseconds(duration / 48), packets[1].At - packets[0].At);
    }

    [Fact]
    public void A_reply_that_is_still_being_made_is_not_kept_waiting_for_a_long_packet()
    {
        using var output = new OutputAudio(0, OpusParameters.Parse("ptime=60"));
        output.Enqueue("a", Speech.AsMemory(0, 480), new Instant(0));
        Assert.Equal(960, Poll(output, new Instant(0))!.Value.Opus.Duration);
    }

    [Fact]
    public void With_usedtx_the_silence_within_a_reply_is_not_sent_and_the_marker_tells_where_sound_begins_again()
    {
        short[] reply = [.. Speech, .. new short[3 * 24_000], .. Speech];
        var (continuous, discontinuous) = (Play("", reply), Play("usedtx=1", reply));
        Assert.InRange(continuous.Count - discontinuous.Count, 60, 260);
        var gap = discontinuous.Zip(discontinuous.Skip(1)).MaxBy(pair => pair.Second.Timestamp - pair.First.Timestamp);
        Assert.InRange(gap.Second.Timestamp - gap.First.Timestamp, 5 * 960u, 25 * 960u);
        Assert.True(gap.Second.Marker);
        Assert.Single(continuous, packet => packet.Marker);
    }

    [Fact]
    public void Without_useinbandfec_no_packet_carries_a_copy_and_with_it_some_do()
    {
        Assert.DoesNotContain(Play(""), packet => packet.Opus.HasInbandFec);
        Assert.Contains(Play("useinbandfec=1"), packet => packet.Opus.HasInbandFec);
    }

    [Fact]
    public void Levels_tell_speech_from_silence()
    {
        var packets = Play("", [.. Speech, .. new short[24_000]]);
        Assert.InRange(packets.Min(packet => packet.Level.Attenuation), 5, 40);
        Assert.Equal(127, packets[^1].Level.Attenuation);
    }

    private static List<Packet> Play(string parameters, short[]? reply = null)
    {
        using var output = new OutputAudio(0, OpusParameters.Parse(parameters));
        output.Enqueue("a", reply ?? Speech, new Instant(0));
        output.Complete("a", new Instant(0));
        var packets = new List<Packet>();
        while (!output.NextDeadline.IsNone)
        {
            var now = output.NextDeadline.At;
            while (Poll(output, now) is { } packet) packets.Add(packet);
        }
        return packets;
    }

    private static Packet? Poll(OutputAudio output, Instant now)
    {
        var bytes = new byte[OpusEncoder.MaxPacketLength];
        if (!output.TryPoll(now, bytes, out var packet)) return null;
        Assert.True(OpusPacket.TryParse(bytes.AsSpan(0, packet.Length), out var opus));
        return new Packet(now, packet.Length, packet.RtpTimestamp, packet.Marker, packet.Level, opus);
    }

    private readonly record struct Packet(Instant At, int Length, uint Timestamp, bool Marker, Rtc.AudioLevel Level, OpusPacket Opus);
}
