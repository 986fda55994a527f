using Parley.Rtc.Rtp;
using Parley.Rtc.Rtp.Extensions;
using Parley.Rtc.Sdp;
using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Media;

/// <summary>What a remote may do with its stream: another SSRC, gaps, payloads without audio, levels, other sections, replays.</summary>
public sealed class StreamTests : IDisposable
{
    private const byte Opus = 111;
    private const byte ComfortNoise = 13;

    private readonly SrtpSession _remote;
    private readonly AudioRtp _rtp;
    private readonly AudioEventQueue _events = new();
    private Instant _now = new(0);

    public StreamTests()
    {
        var random = new SeededRandom(4);
        var (left, right) = (new byte[28], new byte[28]);
        random.Fill(left);
        random.Fill(right);
        _remote = new SrtpSession(SrtpProfile.AeadAes128Gcm, new SrtpKeys(left[..16], left[16..], right[..16], right[16..]));
        _rtp = new AudioRtp(7, "parley", random);
        _rtp.Configure(
            new RemoteAudio
            {
                Index = 0, Mid = "audio", PayloadType = Opus, Direction = SdpDirection.SendReceive, IsReducedSizeRtcp = true,
                Features = AudioFeatures.Offered with { SilentPayloadTypes = UInt128.One << ComfortNoise },
            },
            TimeSpan.FromMilliseconds(60));
        _rtp.Start(SrtpProfile.AeadAes128Gcm, new SrtpKeys(right[..16], right[16..], left[..16], left[16..]), _now);
    }

    public void Dispose()
    {
        _remote.Dispose();
        _rtp.Dispose();
    }

    [Fact]
    public void A_new_SSRC_begins_a_stream_and_its_statistics_anew()
    {
        for (var i = 0; i < 50; i++) Receive(1, i);
        Receive(2, 30_000);
        Receive(2, 30_002);
        Assert.Equal(52, Take().Count);
        Assert.Equal((52, 1), (_rtp.Stats.PacketsReceived, _rtp.Stats.PacketsLost));
    }

    [Fact]
    public void A_straggler_of_the_stream_before_is_heard_and_does_not_bring_it_back()
    {
        for (var i = 0; i < 10; i++)
            if (i != 7) Receive(1, i);
        Receive(2, 500);
        Receive(1, 7);
        Receive(2, 501);
        Assert.Equal([500, 7, 501], Take()[9..].Select(e => (int)e.SequenceNumber.Value));
        Assert.Equal(0, _rtp.Stats.PacketsLost);
        Assert.Equal(2u, _rtp.RemoteSsrc);
    }

    [Fact]
    public void A_stream_that_goes_on_after_another_one_is_back_with_its_second_packet()
    {
        Receive(1, 1);
        Receive(2, 500);
        Receive(1, 2);
        Assert.Equal(2u, _rtp.RemoteSsrc);
        Receive(1, 3);
        Assert.Equal(1u, _rtp.RemoteSsrc);
        Assert.Equal(4, Take().Count);
    }

    [Fact]
    public void Comfort_noise_takes_a_number_and_has_no_audio()
    {
        Receive(1, 1);
        Receive(1, 2, ComfortNoise);
        Receive(1, 3);
        Assert.Equal([(1, 4), (2, 0), (3, 4)], Take().Select(e => ((int)e.SequenceNumber.Value, e.PayloadLength)));
        Assert.Equal((0, 1), (_rtp.Stats.PacketsLost, _rtp.Counters[MediaCounter.SilentPacket]));
        Assert.Equal(PeerDropReason.UnexpectedPayloadType, Receive(1, 4, payloadType: 9));
    }

    [Fact]
    public void The_level_that_the_sender_measured_is_on_the_event()
    {
        Receive(1, 1, level: new AudioLevel(42, true));
        Receive(1, 2);
        Assert.Equal([new AudioLevel(42, true), null], Take().Select(e => e.AudioLevel));
    }

    [Fact]
    public void A_packet_of_another_section_is_dropped()
    {
        Assert.Null(Receive(1, 1, mid: "audio"));
        Assert.Equal(PeerDropReason.UnknownMid, Receive(1, 2, mid: "video"));
        Assert.Single(Take());
    }

    [Fact]
    public void A_replayed_packet_is_dropped_and_counts_for_nothing()
    {
        var packet = Protect(1, 1, Opus, null, null);
        Assert.Null(_rtp.HandleRtp((byte[])packet.Clone(), _now, _events, out var isNewest));
        Assert.True(isNewest);
        Assert.Equal(PeerDropReason.SrtpReplayed, _rtp.HandleRtp(packet, _now, _events, out isNewest));
        Assert.False(isNewest);
        Assert.Equal(1, _rtp.Stats.PacketsReceived);
    }

    [Fact]
    public void Numbers_and_times_that_wrap_are_followed()
    {
        var events = new List<PeerEvent>();
        for (var i = 65_500; i < 65_600; i++)
        {
            Receive(1, i);
            events.AddRange(Take());
        }
        Assert.Equal(100, events.Count);
        Assert.Equal(0, _rtp.Stats.PacketsLost);
        Assert.All(events.Zip(events.Skip(1)), pair => Assert.Equal(960u, pair.Second.RtpTimestamp - pair.First.RtpTimestamp));
    }

    [Fact]
    public void A_goodbye_ends_the_stream_and_the_next_packet_begins_one()
    {
        Receive(1, 1);
        var buffer = new byte[100];
        var writer = new RtcpWriter(buffer);
        writer.AddReceiverReport(1, null);
        writer.AddGoodbye(1);
        Assert.True(_remote.TryProtectRtcp(buffer, writer.Length, out var length));
        Assert.Null(_rtp.HandleRtcp(buffer.AsSpan(0, length), _now));
        Assert.Null(_rtp.RemoteSsrc);
        Receive(1, 100);
        Assert.Equal((1u, 0), (_rtp.RemoteSsrc, (int)_rtp.Stats.PacketsLost));
    }

    [Fact]
    public void What_is_no_longer_agreed_ends_in_mid_call()
    {
        for (var i = 0; i < 10; i++) Receive(1, i, transportSequence: (ushort)i);
        Assert.False(_rtp.NextFeedback.IsNever);
        _rtp.RedundancyLevels = 2;
        _rtp.Configure(
            new RemoteAudio
            {
                Index = 0, Mid = "audio", PayloadType = Opus, Direction = SdpDirection.SendReceive, IsReducedSizeRtcp = true, Features = new AudioFeatures(),
            },
            TimeSpan.FromMilliseconds(60));
        Assert.Equal((false, false, 0), (_rtp.CanRepeat, _rtp.CanResend, _rtp.RedundancyLevels));
        Assert.True(_rtp.NextFeedback.IsNever);
        Receive(1, 12, transportSequence: 12);
        Assert.True(_rtp.NextFeedback.IsNever);
        Assert.False(_rtp.TryWriteFeedback(new byte[1200], _now, out _));
    }

    private PeerDropReason? Receive(
        uint ssrc, int sequence, byte payloadType = Opus, AudioLevel? level = null, string? mid = null, ushort? transportSequence = null)
    {
        _now += TimeSpan.FromMilliseconds(20);
        return _rtp.HandleRtp(Protect(ssrc, sequence, payloadType, level, mid, transportSequence), _now, _events, out _);
    }

    private byte[] Protect(uint ssrc, int sequence, byte payloadType, AudioLevel? level, string? mid, ushort? transportSequence = null)
    {
        var buffer = new byte[200];
        var extensions = new HeaderExtensions
        {
            AudioLevel = level, TransportSequence = transportSequence, Mid = mid is null ? default : System.Text.Encoding.UTF8.GetBytes(mid),
        };
        var length = extensions.Write(buffer.AsSpan(RtpHeader.FixedLength), HeaderExtensionMap.Offered);
        new RtpHeader
        {
            PayloadType = payloadType, SequenceNumber = new SeqNo((ushort)sequence), Timestamp = (uint)(sequence * 960) + 4_290_000_000, Ssrc = ssrc,
        }.Write(buffer, hasExtension: length > 0);
        Assert.True(_remote.TryProtectRtp(buffer, RtpHeader.FixedLength + length + 4, out var protectedLength));
        return buffer[..protectedLength];
    }

    private List<PeerEvent> Take()
    {
        var events = new List<PeerEvent>();
        while (_events.TryDequeue(out var e)) events.Add(e);
        return events;
    }
}
