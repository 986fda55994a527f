using Parley.Rtc.Dtls;
using Parley.Rtc.Ice;
using Parley.Rtc.Sdp;

namespace Parley.Rtc;

/// <summary>Which DTLS role an answer takes when the offer leaves the choice (a=setup:actpass). (RFC 8842 §5.2)</summary>
public enum SetupPreference
{
    /// <summary>Be the DTLS client: the first flight leaves with the first valid check.</summary>
    Active,

    /// <summary>Be the DTLS server: wait for the remote's first flight.</summary>
    Passive,
}

/// <summary>What one <see cref="RtcPeer"/> is made with. Validated when the peer is created.</summary>
public sealed record RtcPeerConfig
{
    /// <summary>The process's certificate; shared by peers and not disposed by them.</summary>
    public required DtlsCertificate Certificate { get; init; }

    /// <summary>
    /// Addresses written into the description as host candidates, most preferred first. One of TCP is a port that listens, and
    /// comes after those of UDP in the remote's eyes, wherever it stands here. (RFC 6544 §4.2)
    /// </summary>
    public required IReadOnlyList<TransportAddress> LocalCandidates { get; init; }

    /// <summary>4 to 256 ICE-chars (A-Z a-z 0-9 + /); drawn at random when null. (RFC 8839 §5.4)</summary>
    public string? LocalUfrag { get; init; }

    /// <summary>22 to 256 ICE-chars; drawn at random when null.</summary>
    public string? LocalPassword { get; init; }

    /// <summary>
    /// Draws our ICE credentials, the first ones and those of each restart: for a host that finds its peers by what their ufrags say. Takes the place
    /// of <see cref="LocalUfrag"/> and <see cref="LocalPassword"/>, and keeps to the same characters. Null: drawn at random.
    /// </summary>
    public Func<IceCredentials>? DrawCredentials { get; init; }

    /// <summary>
    /// Answers are given as an ICE-lite agent, which checks nothing and needs an address that the remote can reach; an offer by a
    /// lite agent is answered as a full one all the same. Offers are always those of a full agent. (RFC 8445 §2.5, §6.1.1)
    /// </summary>
    public bool AnswersAsLite { get; init; } = true;

    /// <summary>The driver opens TCP connections, so that a full agent may check the remote's TCP candidates. (RFC 6544)</summary>
    public bool ConnectsTcp { get; init; }

    public SetupPreference SetupPreference { get; init; } = SetupPreference.Active;

    /// <summary>Time without a valid check (or answer to one) after which the peer closes. (RFC 7675 §5.1)</summary>
    public TimeSpan ConsentTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time from creation within which ICE and DTLS must both be done.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest message taken from a data channel, in bytes; advertised as a=max-message-size.</summary>
    public int MaxMessageSize { get; init; } = 256 * 1024;

    /// <summary>RTCP canonical name and media stream id. The same for every call, so that it identifies nobody. (RFC 7022)</summary>
    public string Cname { get; init; } = "parley";

    /// <summary>What the description asks of whoever sends Opus to us.</summary>
    public OpusParameters Opus { get; init; } = new() { MinPacketTime = 10, UseInbandFec = true };

    /// <summary>
    /// A lost packet is asked for again when the answer can be here so long after the loss was seen, which is as long as the receiver
    /// of the audio waits for it; zero never asks. (RFC 4585 §6.2.1)
    /// </summary>
    public TimeSpan MaxRepairDelay { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>The stream id of a data channel that both sides agreed on outside of SDP; null for none. (RFC 8832 §6, "negotiated")</summary>
    public ushort? NegotiatedChannelId { get; init; }

    /// <summary>
    /// Whether an offer of ours describes SCTP's INIT (a=sctp-init, draft-hancke-tsvwg-snap), which saves two round trips when the answer
    /// has it, too. Off by default: some stacks give back attributes that they do not know. An answer describes it whenever its offer did.
    /// </summary>
    public bool OffersSctpInit { get; init; }

    /// <summary>
    /// The longest datagram that is sent, in bytes: 576 to 1200. 1200 passes every path that WebRTC is used on; less is for a path with tunnels in it.
    /// </summary>
    public int MaxDatagramLength { get; init; } = RtcPeer.MaxDatagramLength;
}
