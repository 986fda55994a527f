using Parley.Rtc.Dtls;
using Parley.Rtc.Sdp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sdp;

/// <summary>What every recorded offer is answered with: one audio section and the data channels accepted, all else refused in its place.</summary>
public sealed class RecordedOfferTests
{
    private static readonly DtlsCertificate Certificate = DtlsCertificate.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static TheoryData<string> Names => [.. Offers.WithAudio];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_section_is_answered_in_its_place_with_its_kind_protocol_and_mid(string name)
    {
        var answer = Answer(name);
        Assert.EndsWith("\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", answer.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var (offered, answered) = (Sections(Offers.Read(name)), Sections(answer));
        Assert.Equal(offered.Select(Shape), answered.Select(Shape));

        static (string Kind, string Protocol, string Mid) Shape(string[] section) => (Media(section)[0], Media(section)[2], Value(section, "a=mid:"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_first_audio_section_and_the_data_channels_are_accepted_and_all_others_refused(string name)
    {
        var answered = Sections(Answer(name));
        var firstAudio = answered.FindIndex(section => Media(section)[0] == "m=audio");
        for (var i = 0; i < answered.Count; i++)
        {
            var isAccepted = i == firstAudio || Media(answered[i])[0] == "m=application";
            Assert.Equal(isAccepted ? "9" : "0", Media(answered[i])[1]);
            if (!isAccepted) Assert.Contains("a=inactive", answered[i]);
        }
    }

    /// <summary>aiortc's connection stayed in "connecting", waiting for the refused section's own transport.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_refused_section_leaves_the_bundle_but_where_the_client_knows_no_refusal(string name)
    {
        var (session, answered) = Offers.Split(Answer(name));
        var accepted = string.Join(' ', answered.Where(section => Media(section)[1] != "0").Select(section => Value(section, "a=mid:")));
        Assert.Contains($"a=group:BUNDLE {(name == "aiortc-audio-video-data" ? "0 2 1" : accepted)}", session);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_direction_is_mirrored_and_only_offered_formats_are_answered_Opus_before_all(string name)
    {
        var (offered, answered) = (Sections(Offers.Read(name)), Sections(Answer(name)));
        var index = answered.FindIndex(section => Media(section)[0] == "m=audio");
        var (offer, answer) = (offered[index], answered[index]);
        var mirrored = offer.Contains("a=sendonly") ? "a=recvonly" : offer.Contains("a=recvonly") ? "a=sendonly" : offer.Contains("a=inactive") ? "a=inactive" : "a=sendrecv";
        Assert.Contains(mirrored, answer);
        Assert.Subset(Media(offer)[3..].ToHashSet(), Media(answer)[3..].ToHashSet());
        var opus = Media(answer)[3];
        Assert.Contains($"a=rtpmap:{opus} opus/48000/2", offer, StringComparer.OrdinalIgnoreCase);
        Assert.Contains($"a=rtpmap:{opus} opus/48000/2", answer);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bundles_first_section_has_the_candidates_and_no_other(string name)
    {
        var (session, answered) = Offers.Split(Answer(name));
        var tag = Value(session, "a=group:BUNDLE ").Split(' ')[0];
        Assert.Equal([tag], answered.Where(section => section.Contains("a=end-of-candidates")).Select(section => Value(section, "a=mid:")));
    }

    [Theory]
    [InlineData("chromium-data-only")]
    public void An_offer_of_data_channels_alone_is_no_call(string name)
    {
        Assert.False(TryAnswer(name, out _, out var error));
        Assert.Equal("sdp_no_audio", error!.Code);
    }

    [Theory]
    [InlineData("chromium-snap", true)]
    [InlineData("chromium-audio-data", false)]
    public void SNAP_is_answered_where_it_is_offered(string name, bool isAnswered) =>
        Assert.Equal(isAnswered, Answer(name).Contains("\r\na=sctp-init:", StringComparison.Ordinal));

    private static List<string[]> Sections(string sdp) => Offers.Split(sdp).Sections;

    private static string[] Media(string[] section) => section[0].Split(' ');

    private static string Value(string[] section, string prefix) => section.First(line => line.StartsWith(prefix, StringComparison.Ordinal))[prefix.Length..];

    private static string Answer(string name)
    {
        Assert.True(TryAnswer(name, out var answer, out var error), error?.Message);
        return answer;
    }

    private static bool TryAnswer(string name, out string answer, out SdpError? error)
    {
        var config = new RtcPeerConfig { Certificate = Certificate, LocalCandidates = [PeerPair.CalleeAddress] };
        var isAnswered = RtcPeer.TryAnswer(Offers.Read(name), config, new SeededRandom(1), new Instant(0), out var peer, out error);
        using (peer) answer = peer?.LocalDescription ?? "";
        return isAnswered;
    }
}
