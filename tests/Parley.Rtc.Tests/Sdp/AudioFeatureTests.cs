using Parley.Rtc.Dtls;
using Parley.Rtc.Rtp.Extensions;
using Parley.Rtc.Sdp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sdp;

public sealed class AudioFeatureTests
{
    private static readonly DtlsCertificate Certificate = DtlsCertificate.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Chromiums_offer_is_answered_with_its_own_ids_and_types()
    {
        var audio = Answer(Offers.Chromium);
        Assert.Equal("m=audio 9 UDP/TLS/RTP/SAVPF 111 63", audio[0]);
        foreach (var line in new[]
        {
            "a=extmap:1 " + HeaderExtensionMap.AudioLevelUri, "a=extmap:2 " + HeaderExtensionMap.AbsoluteSendTimeUri,
            "a=extmap:3 " + HeaderExtensionMap.TransportSequenceUri, "a=extmap:4 " + HeaderExtensionMap.MidUri, "a=extmap-allow-mixed",
            "a=rtcp-fb:111 transport-cc", "a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111",
        })
            Assert.Contains(line, audio);
        Assert.DoesNotContain("a=rtcp-fb:111 nack", audio); // not offered
    }

    [Fact]
    public void Firefoxs_ids_are_kept_and_extensions_with_a_direction_are_left_out()
    {
        var audio = Answer(Offers.Read("firefox-audio-data"));
        Assert.Contains("a=extmap:7 " + HeaderExtensionMap.TransportSequenceUri, audio);
        Assert.Contains("a=extmap:3 " + HeaderExtensionMap.MidUri, audio);
        Assert.DoesNotContain(audio, line => line.Contains("csrc-audio-level", StringComparison.Ordinal));
        Assert.Contains("a=rtcp-fb:109 transport-cc", audio);
    }

    [Fact]
    public void What_was_not_offered_is_not_answered()
    {
        var offer = Offers.Chromium;
        foreach (var prefix in new[] { "a=extmap", "a=rtcp-fb", "a=fmtp:63" }) offer = Offers.WithoutLines(offer, prefix);
        var audio = Answer(offer);
        Assert.Equal("m=audio 9 UDP/TLS/RTP/SAVPF 111", audio[0]);
        Assert.DoesNotContain(audio, line => line.StartsWith("a=extmap", StringComparison.Ordinal) || line.StartsWith("a=rtcp-fb", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("63 111/111", true)]
    [InlineData("63 111/111/111", true)]
    [InlineData("63 111", false)]
    [InlineData("63 111/0", false)]
    [InlineData("63 9/9", false)]
    public void Redundancy_is_taken_when_every_level_is_Opus(string parameters, bool isTaken) =>
        Assert.Equal(isTaken, Answer(Replace("a=fmtp:63 111/111", "a=fmtp:" + parameters)).Contains("a=rtpmap:63 red/48000/2"));

    [Fact]
    public void A_nack_for_Opus_or_for_all_is_taken_and_one_for_others_is_not()
    {
        Assert.Contains("a=rtcp-fb:111 nack", Answer(Replace("a=rtcp-fb:111 transport-cc", "a=rtcp-fb:111 nack")));
        Assert.Contains("a=rtcp-fb:111 nack", Answer(Replace("a=rtcp-fb:111 transport-cc", "a=rtcp-fb:* nack")));
        Assert.DoesNotContain("a=rtcp-fb:111 nack", Answer(Replace("a=rtcp-fb:111 transport-cc", "a=rtcp-fb:9 nack")));
        Assert.DoesNotContain("a=rtcp-fb:111 nack", Answer(Replace("a=rtcp-fb:111 transport-cc", "a=rtcp-fb:111 nack pli")));
    }

    [Fact]
    public void The_offers_wishes_for_Opus_are_known_and_ours_are_written()
    {
        var offer = Replace("a=fmtp:111 minptime=10;useinbandfec=1", "a=fmtp:111 maxaveragebitrate=16000;cbr=1\r\na=ptime:40\r\na=maxptime:60");
        var config = Config with { Opus = new OpusParameters { MaxPlaybackRate = 16_000, PacketTime = 20, MaxPacketTime = 40 } };
        Assert.True(RtcPeer.TryAnswer(offer, config, new SeededRandom(1), new Instant(0), out var peer, out _));
        using (peer)
        {
            Assert.Equal(new OpusParameters { MaxAverageBitrate = 16_000, Cbr = true, PacketTime = 40, MaxPacketTime = 60 }, peer.RemoteOpus);
            var audio = Offers.Split(peer.LocalDescription).Sections[0];
            Assert.Contains("a=fmtp:111 maxplaybackrate=16000", audio);
            Assert.Contains("a=ptime:20", audio);
            Assert.Contains("a=maxptime:40", audio);
        }
    }

    [Fact]
    public void Our_own_offer_and_its_answer_agree_on_everything()
    {
        using var pair = new PeerPair(1);
        Assert.True(SdpAnswer.TryParse(pair.Callee.Peer.LocalDescription, out var remote, out _));
        var features = remote.Audio.Features;
        Assert.Equal(AudioFeatures.Offered with { Opus = features.Opus }, features);
        Assert.Equal(new OpusParameters { MinPacketTime = 10, UseInbandFec = true }, features.Opus);
    }

    [Fact]
    public void Comfort_noise_and_telephone_events_are_known_by_their_names()
    {
        Assert.True(SdpOffer.TryParse(Offers.Chromium, out var offer, out _));
        var types = Enumerable.Range(0, 128).Where(type => (offer.Remote.Audio.Features.SilentPayloadTypes >> type & UInt128.One) != 0);
        Assert.Equal([13, 110, 126], types);
    }

    private static RtcPeerConfig Config => new() { Certificate = Certificate, LocalCandidates = [PeerPair.CalleeAddress] };

    private static string Replace(string line, string by) => Offers.Chromium.Replace(line, by, StringComparison.Ordinal);

    private static string[] Answer(string offer)
    {
        Assert.True(RtcPeer.TryAnswer(offer, Config, new SeededRandom(1), new Instant(0), out var peer, out var error), error?.Message);
        using (peer) return Offers.Split(peer.LocalDescription).Sections[0];
    }
}
