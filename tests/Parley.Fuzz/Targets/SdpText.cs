using System.Text;
using Parley.Rtc;
using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>What both SDP targets share: the certificate, the peers, and words of the language.</summary>
internal static class SdpText
{
    private static readonly Lazy<DtlsCertificate> Certificate = new(() => DtlsCertificate.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));

    public static RtcPeerConfig Config => new()
    {
        Certificate = Certificate.Value,
        LocalCandidates = [TransportAddress.FromIPv4(0xC0000201, 3478), new TransportAddress((UInt128)0x20010DB8 << 96 | 1, 3478)],
    };

    public static IReadOnlyList<byte[]> Dictionary { get; } =
    [
        .. new[]
        {
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=", "m=", "c=IN IP4 0.0.0.0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=video 9 UDP/TLS/RTP/SAVPF 96",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "m=application 9 DTLS/SCTP 5000", "a=group:BUNDLE 0 1", "a=mid:0", "a=mid:1", "a=setup:actpass",
            "a=setup:active", "a=setup:passive", "a=rtcp-mux", "a=rtcp-mux-only", "a=rtcp-rsize", "a=ice-lite", "a=ice-ufrag:", "a=ice-pwd:", "a=ice-options:trickle",
            "a=fingerprint:sha-256 ", "a=rtpmap:111 opus/48000/2", "a=rtpmap:63 red/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1", "a=fmtp:63 111/111",
            "a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive", "a=sctp-port:5000", "a=max-message-size:262144", "a=max-message-size:0",
            "a=sctpmap:5000 webrtc-datachannel 1024", "a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host", "a=candidate:1 1 tcp 1518280447 2001:db8::1 9 typ host tcptype active",
            "a=candidate:1 1 udp 2113937151 0e2a9b1c-1111-2222-3333-444455556666.local 5000 typ host", "a=end-of-candidates", "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
            "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", "a=rtcp-fb:111 transport-cc", "a=rtcp-fb:111 nack", "a=ssrc:1 cname:x", "a=sctp-init:", "\r\n", "\n",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    public static SeededRandom Random => new(7);

    /// <summary>An offer of our own, which is an example of both.</summary>
    public static RtcPeer Offer() => RtcPeer.CreateOffer(Config, Random, new Instant(0));
}
