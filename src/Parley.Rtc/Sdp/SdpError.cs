namespace Parley.Rtc.Sdp;

/// <summary>
/// Why a session description cannot be used. The code is stable and meant for programs; the message says in plain words
/// what is at fault. Both may be shown to the client: neither quotes addresses, passwords or fingerprints.
/// </summary>
public sealed record SdpError(string Code, string Message)
{
    /// <summary>A description longer than this many characters is refused unread.</summary>
    public const int MaxLength = 64 * 1024;

    internal static readonly SdpError Empty = new("sdp_empty", "The SDP is empty.");
    internal static readonly SdpError TooLong = new("sdp_too_long", $"The SDP is longer than {MaxLength} characters.");
    internal static readonly SdpError NoAudio = new("sdp_no_audio", "The SDP has no audio m-section that is not rejected.");
    internal static readonly SdpError NoOpus = new("sdp_no_opus", "The audio m-section offers no Opus (opus/48000/2).");
    internal static readonly SdpError NoFingerprint =
        new("sdp_no_fingerprint", "The SDP has no a=fingerprint, at session level or in the audio m-section.");
    internal static readonly SdpError BadFingerprint =
        new("sdp_bad_fingerprint", "The SDP has no a=fingerprint that is well-formed and uses sha-256, sha-384 or sha-512.");
    internal static readonly SdpError NoIceUfrag = new("sdp_no_ice_ufrag", "The SDP has no a=ice-ufrag for the audio m-section.");
    internal static readonly SdpError NoIcePassword = new("sdp_no_ice_pwd", "The SDP has no a=ice-pwd for the audio m-section.");
    internal static readonly SdpError BadIceCredentials =
        new("sdp_bad_ice_credentials", "a=ice-ufrag must be 4 to 256 and a=ice-pwd 22 to 256 characters of A-Z a-z 0-9 + /.");
    internal static readonly SdpError NoRtcpMux = new("sdp_no_rtcp_mux", "The audio m-section does not offer a=rtcp-mux.");
    internal static readonly SdpError NoBundle =
        new("sdp_no_bundle", "The audio and application m-sections are not in one a=group:BUNDLE.");
    internal static readonly SdpError NoSecureProfile =
        new("sdp_no_dtls_srtp", "The audio m-section does not use DTLS-SRTP (UDP/TLS/RTP/SAVPF or a sibling of it).");
    internal static readonly SdpError BadSetup =
        new("sdp_bad_setup", "a=setup must be actpass, active or passive in an offer, and active or passive in an answer.");
    internal static readonly SdpError FingerprintChanged =
        new("sdp_fingerprint_changed", "a=fingerprint is not that of the call: its DTLS connection cannot be replaced. Make a new call.");
    internal static readonly SdpError SetupChanged =
        new("sdp_setup_changed", "a=setup asks for another DTLS role than the call has: its DTLS connection cannot be replaced. Offer actpass.");
    internal static readonly SdpError SectionsChanged =
        new("sdp_sections_changed", "The audio m-section is not where it was before; sections keep their place and mid.");
    internal static readonly SdpError AnswerMismatch =
        new("sdp_answer_mismatch", "The answer does not have the offer's m-sections in the offer's order.");

    internal static SdpError MalformedLine(int number, string what) =>
        new("sdp_malformed_line", $"Line {number} of the SDP is malformed: {what}.");
}
