using System.Text.RegularExpressions;
using Parley.Rtc.Dtls;
using Parley.Rtc.Sdp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sdp;

public sealed class AnswerTests
{
    private static readonly DtlsCertificate Certificate = DtlsCertificate.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_answer_has_the_shape_that_clients_know()
    {
        var (session, sections) = Offers.Split(Answer(Offers.Chromium));
        Assert.Equal("v=0", session[0]);
        Assert.Contains("a=ice-lite", session);
        Assert.Contains($"a=fingerprint:sha-256 {Certificate.Sha256Fingerprint}", session);

        var audio = sections[0];
        Assert.Equal("m=audio 9 UDP/TLS/RTP/SAVPF 111 63", audio[0]);
        foreach (var line in new[]
        {
            "c=IN IP4 0.0.0.0", "a=mid:0", "a=ice-ufrag:test", "a=ice-pwd:test+password/of+22chr", "a=setup:active", "a=sendrecv", "a=rtcp-mux",
            "a=rtcp-rsize", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1", "a=msid:parley audio",
            "a=candidate:1 1 udp 2130706431 127.0.0.1 3478 typ host", "a=candidate:2 1 udp 2130706175 2001:db8::1 3478 typ host", "a=end-of-candidates",
        })
            Assert.Contains(line, audio);
        Assert.Single(audio, line => Regex.IsMatch(line, @"^a=ssrc:\d+ cname:parley$"));
        Assert.Single(audio, line => Regex.IsMatch(line, @"^a=ssrc:\d+ msid:parley audio$"));

        var application = sections[1];
        Assert.Equal("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", application[0]);
        Assert.Contains("a=sctp-port:5000", application);
        Assert.Contains("a=max-message-size:262144", application);
        Assert.DoesNotContain(application, line => line.StartsWith("a=candidate", StringComparison.Ordinal));
    }

    [Fact]
    public void Firefoxs_payload_type_is_kept()
    {
        var answer = Answer(Offers.Read("firefox-audio-data"));
        Assert.Contains("a=rtpmap:109 opus/48000/2\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("rtcp-rsize", answer, StringComparison.Ordinal); // not offered
    }

    [Theory]
    [InlineData("actpass", SetupPreference.Active, "active")]
    [InlineData("actpass", SetupPreference.Passive, "passive")]
    [InlineData("active", SetupPreference.Active, "passive")]
    [InlineData("passive", SetupPreference.Passive, "active")]
    public void The_answers_setup_fits_the_offers(string offered, SetupPreference preference, string answered) =>
        Assert.Contains($"a=setup:{answered}\r\n",
            Answer(Offers.Chromium.Replace("setup:actpass", "setup:" + offered, StringComparison.Ordinal), preference), StringComparison.Ordinal);

    [Theory]
    [InlineData("sendrecv", "sendrecv")]
    [InlineData("sendonly", "recvonly")]
    [InlineData("recvonly", "sendonly")]
    [InlineData("inactive", "inactive")]
    public void The_answers_direction_mirrors_the_offers(string offered, string answered)
    {
        var (_, sections) = Offers.Split(Answer(Offers.Chromium.Replace("a=sendrecv", "a=" + offered, StringComparison.Ordinal)));
        Assert.Contains("a=" + answered, sections[0]);
    }

    [Fact]
    public void Sections_may_come_in_any_order()
    {
        var (session, sections) = Offers.Split(Offers.Read("chromium-audio-video-data"));
        sections.Reverse();
        var bundle = session.Select(line => line.Replace("BUNDLE 0 1 2", "BUNDLE 2 1 0", StringComparison.Ordinal));
        var (answerSession, answered) = Offers.Split(Answer(Offers.Join(bundle, sections)));
        Assert.Equal(["m=application", "m=video", "m=audio"], answered.Select(section => section[0].Split(' ')[0]));
        Assert.Contains("a=group:BUNDLE 2 0", answerSession);
        Assert.Contains("a=inactive", answered[1]);
        // The candidates are where the bundle's tag is.
        Assert.Contains("a=end-of-candidates", answered[0]);
        Assert.DoesNotContain("a=end-of-candidates", answered[2]);
    }

    [Fact]
    public void A_bundle_only_section_is_accepted_although_its_port_is_zero()
    {
        var offer = Offers.Chromium.Replace("m=application 9", "m=application 0", StringComparison.Ordinal).Replace("a=sctp-port", "a=bundle-only\r\na=sctp-port", StringComparison.Ordinal);
        Assert.Contains("m=application 9 ", Answer(offer), StringComparison.Ordinal);
    }

    [Fact]
    public void An_audio_section_that_is_refused_or_has_no_Opus_is_passed_over_for_the_next()
    {
        var (session, sections) = Offers.Split(Offers.Chromium);
        var other = sections[0].Select(line => line.Replace("opus/48000/2", "telephone-event/48000", StringComparison.Ordinal).Replace("a=mid:0", "a=mid:x", StringComparison.Ordinal)).ToArray();
        var (_, answered) = Offers.Split(Answer(Offers.Join(session, [other, .. sections])));
        Assert.Equal(["0", "9", "9"], answered.Select(section => section[0].Split(' ')[1]));
    }

    [Fact]
    public void Transport_attributes_may_stand_at_session_level_and_hashes_in_any_case()
    {
        var (session, sections) = Offers.Split(Offers.Chromium);
        string[] transport = ["a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=setup:"];
        var moved = sections[0].Where(line => transport.Any(name => line.StartsWith(name, StringComparison.Ordinal)))
            .Select(line => line.StartsWith("a=fingerprint", StringComparison.Ordinal) ? line.ToLowerInvariant().Replace("sha-256", "SHA-256", StringComparison.Ordinal) : line);
        var bare = sections.Select(section => section.Where(line => !transport.Any(name => line.StartsWith(name, StringComparison.Ordinal))).ToArray());
        var offer = Offers.Join(session.Concat(moved), bare);
        Assert.True(SdpOffer.TryParse(offer, out var parsed, out _));
        Assert.Equal("Cr2T", parsed.Remote.IceUfrag);
        Answer(offer);
    }

    [Fact]
    public void Line_feeds_alone_and_unknown_lines_are_tolerated() =>
        Answer(Offers.Chromium.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("t=0 0", "t=0 0\ny=what\na=whatever:1", StringComparison.Ordinal));

    /// <summary>aiortc 1.4 got no data channel: its section was refused as unknown.</summary>
    [Fact]
    public void Data_channels_in_the_form_from_before_RFC_8841_are_answered_in_that_form()
    {
        var offer = Offers.Read("aiortc-audio-data").Replace("DTLS/SCTP 5000", "DTLS/SCTP 5007", StringComparison.Ordinal).Replace("sctpmap:5000", "sctpmap:5007", StringComparison.Ordinal);
        Assert.True(SdpOffer.TryParse(offer, out var parsed, out _));
        Assert.Equal(5007, parsed.Remote.Application!.SctpPort);
        Assert.Equal(65536, parsed.Remote.Application.MaxMessageSize);
        var (_, sections) = Offers.Split(Answer(offer));
        Assert.Equal("m=application 9 DTLS/SCTP 5000", sections[1][0]);
        Assert.Contains("a=sctpmap:5000 webrtc-datachannel 65535", sections[1]);
        Assert.DoesNotContain(sections[1], line => line.StartsWith("a=sctp-port", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a=sctpmap:5001 webrtc-datachannel 65535")]
    [InlineData("a=sctpmap:5000 t38 65535")]
    [InlineData("a=sctpmap:5000")]
    [InlineData("a=sctpmap:")]
    public void An_old_application_section_without_a_map_of_its_port_to_data_channels_is_refused(string map)
    {
        var offer = Offers.Read("aiortc-audio-data").Replace("a=sctpmap:5000 webrtc-datachannel 65535", map, StringComparison.Ordinal);
        Assert.Contains("m=application 0 DTLS/SCTP 5000\r\n", Answer(offer), StringComparison.Ordinal);
    }

    /// <summary>werift threw "negotiate codecs failed", aiortc "ICE username fragment or password is missing".</summary>
    [Theory]
    [InlineData("aiortc-audio-video-data")]
    [InlineData("chromium-audio-video-data")]
    public void A_refused_section_still_has_a_codec_and_a_transport_for_clients_that_read_it(string name)
    {
        var (_, offered) = Offers.Split(Offers.Read(name));
        var (_, answered) = Offers.Split(Answer(Offers.Read(name)));
        var video = answered.FindIndex(section => section[0].StartsWith("m=video", StringComparison.Ordinal));
        var format = answered[video][0].Split(' ')[3];
        Assert.Equal($"m=video 0 UDP/TLS/RTP/SAVPF {format}", answered[video][0]);
        Assert.Equal(offered[video].Single(line => line.StartsWith($"a=rtpmap:{format} ", StringComparison.Ordinal)), answered[video].Single(line => line.StartsWith("a=rtpmap:", StringComparison.Ordinal)));
        foreach (var line in new[] { "a=inactive", "a=rtcp-mux", "a=ice-ufrag:test", "a=ice-pwd:test+password/of+22chr", "a=setup:active" })
            Assert.Contains(line, answered[video]);
        Assert.DoesNotContain(answered[video], line => line.StartsWith("a=candidate", StringComparison.Ordinal));
    }

    [Fact]
    public void Our_own_offer_and_answer_understand_each_other()
    {
        using var pair = new PeerPair(1);
        pair.Start();
        Assert.True(SdpAnswer.TryParse(pair.Callee.Peer.LocalDescription, out var remote, out _));
        Assert.True(remote.IsIceLite);
        Assert.Equal([PeerPair.CalleeAddress], remote.Candidates.Usable.Select(candidate => candidate.Address));
    }

    private static string Value(string[] section, string prefix) => section.First(line => line.StartsWith(prefix, StringComparison.Ordinal))[prefix.Length..];

    private static string Answer(string offer, SetupPreference setup = SetupPreference.Active)
    {
        var config = new RtcPeerConfig
        {
            Certificate = Certificate,
            LocalCandidates = [PeerPair.CalleeAddress, TransportAddress.From(System.Net.IPAddress.Parse("2001:db8::1"), 3478)],
            LocalUfrag = "test",
            LocalPassword = "test+password/of+22chr",
            SetupPreference = setup,
        };
        Assert.True(RtcPeer.TryAnswer(offer, config, new SeededRandom(1), new Instant(0), out var peer, out var error), error?.Message);
        using (peer) return peer.LocalDescription;
    }
}
