using CsCheck;
using Parley.Rtc.Sdp;

namespace Parley.Rtc.Tests.Sdp;

public sealed class SdpErrorTests
{
    public static TheoryData<string, string> FaultyOffers => new()
    {
        { "", "sdp_empty" },
        { " \r\n ", "sdp_empty" },
        { "hello", "sdp_malformed_line" },
        { """{"type":"offer","sdp":"v=0"}""", "sdp_malformed_line" },
        { "v=1\r\n", "sdp_malformed_line" },
        { "v=0\r\nm=audio\r\n", "sdp_malformed_line" },
        { "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", "sdp_no_audio" },
        { "v=0\r\n" + new string('a', SdpError.MaxLength), "sdp_too_long" },
        { Offers.Chromium.Replace("m=audio 9", "m=audio 0", StringComparison.Ordinal), "sdp_no_audio" },
        { Offers.Chromium.Replace("m=audio", "m=video", StringComparison.Ordinal), "sdp_no_audio" },
        { Offers.Chromium.Replace("opus/48000/2", "vorbis/48000/2", StringComparison.Ordinal), "sdp_no_opus" },
        { Offers.Chromium.Replace("UDP/TLS/RTP/SAVPF", "RTP/AVP", StringComparison.Ordinal), "sdp_no_dtls_srtp" },
        { Offers.WithoutLines(Offers.Chromium, "a=rtcp-mux"), "sdp_no_rtcp_mux" },
        { Offers.WithoutLines(Offers.Chromium, "a=group"), "sdp_no_bundle" },
        { Offers.WithoutLines(Offers.Chromium, "a=mid"), "sdp_no_bundle" },
        { Offers.WithoutLines(Offers.Chromium, "a=fingerprint"), "sdp_no_fingerprint" },
        { Offers.Chromium.Replace("sha-256 ", "sha-1 ", StringComparison.Ordinal), "sdp_bad_fingerprint" },
        { Offers.WithoutLines(Offers.Chromium, "a=ice-ufrag"), "sdp_no_ice_ufrag" },
        { Offers.WithoutLines(Offers.Chromium, "a=ice-pwd"), "sdp_no_ice_pwd" },
        { Offers.Chromium.Replace("a=ice-ufrag:Cr2T", "a=ice-ufrag:a b!", StringComparison.Ordinal), "sdp_bad_ice_credentials" },
        { Offers.Chromium.Replace("setup:actpass", "setup:holdconn", StringComparison.Ordinal), "sdp_bad_setup" },
    };

    [Theory]
    [MemberData(nameof(FaultyOffers))]
    public void Each_fault_has_its_code_and_a_message(string offer, string code)
    {
        Assert.False(SdpOffer.TryParse(offer, out var parsed, out var error));
        Assert.Null(parsed);
        Assert.Equal(code, error.Code);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_line_is_named_by_its_number()
    {
        Assert.False(SdpOffer.TryParse("v=0\r\ns=-\r\nnonsense\r\n", out _, out var error));
        Assert.Equal("Line 3 of the SDP is malformed: it is not of the form <letter>=<value>.", error.Message);
    }

    [Fact]
    public void Audio_alone_needs_no_bundle() =>
        Assert.True(SdpOffer.TryParse(Offers.WithoutLines(Offers.Read("chromium-audio-only"), "a=group"), out _, out _));

    [Fact]
    public void An_answer_with_other_sections_is_refused()
    {
        Assert.False(SdpAnswer.TryParse(Offers.Read("chromium-audio-only"), out _, out var error));
        Assert.Equal("sdp_answer_mismatch", error.Code);
    }

    [Fact]
    public void Random_text_never_throws() =>
        Gen.String[Gen.Char["vmao=:-09 /\r\n\0é"], 0, 300].Sample(text => IsConsistent(text) && IsConsistent("v=0\r\n" + text));

    [Fact]
    public void Mutated_and_truncated_offers_never_throw()
    {
        var offers = Offers.All.Select(Offers.Read).ToArray();
        Gen.Select(Gen.Int[0, offers.Length - 1], Gen.Int[0, 6000], Gen.Int[0, 40], Gen.String[0, 8]).Sample((which, at, cut, inserted) =>
        {
            var offer = offers[which];
            at = Math.Min(at, offer.Length);
            var mutated = offer[..at] + inserted + offer[Math.Min(offer.Length, at + cut)..];
            return IsConsistent(mutated) && IsConsistent(offer[..at]);
        });
    }

    /// <summary>Either a description or an error, never both nor neither.</summary>
    private static bool IsConsistent(string text) =>
        SdpOffer.TryParse(text, out var offer, out var error) == (offer is not null) && offer is null == error is not null
        && SdpAnswer.TryParse(text, out var answer, out error) == (answer is not null) && answer is null == error is not null;
}
