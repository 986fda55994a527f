using Parley.Net.Impairment;
using Parley.Rtc;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc;

/// <summary>
/// How long a call takes to begin, on virtual time and a network that only delays, in round trips from the moment at which the offer is posted. The
/// HTTP exchange is one of them (its connection is open, and the server answers at once); no time is spent on computing. The server is the
/// DTLS client, as it is by default, and both sides send as soon as they may.
/// </summary>
/// <param name="MediaAtServer">Until the server has the caller's first audio packet.</param>
/// <param name="MediaAtCaller">Until the caller has the server's first audio packet.</param>
/// <param name="EventAtCaller">Until the caller reads the server's first message on the data channel.</param>
internal sealed record SetupRoundTrips(double MediaAtServer, double MediaAtCaller, double EventAtCaller)
{
    private const ushort AgreedChannel = 4;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    /// <param name="isChannelAgreed">The channel's id is agreed over HTTP (<c>?dcid=</c>); otherwise the caller opens it by DCEP.</param>
    /// <param name="isInitDescribed">SCTP's INIT travels in offer and answer (SNAP).</param>
    public static SetupRoundTrips Count(bool isChannelAgreed, bool isInitDescribed)
    {
        ushort? agreed = isChannelAgreed ? AgreedChannel : null;
        using var pair = new PeerPair(
            1, new LinkConditions { Delay = Delay },
            caller: config => config with { NegotiatedChannelId = agreed, OffersSctpInit = isInitDescribed },
            callee: config => config with { NegotiatedChannelId = agreed });
        var (mediaAtServer, mediaAtCaller, eventAtCaller) = (0.0, 0.0, 0.0);
        pair.Caller.Happened = e =>
        {
            if (e.Event.Kind == PeerEventKind.Connected)
            {
                Speak(pair.Caller.Peer);
                if (agreed is null) pair.Caller.Peer.TryOpenChannel("oai-events", pair.Clock.Now, out _);
            }
            if (e.Event.Kind == PeerEventKind.AudioReceived) mediaAtCaller = Elapsed();
            if (e.Event.Kind == PeerEventKind.MessageReceived) eventAtCaller = Elapsed();
        };
        pair.Callee.Happened = e =>
        {
            if (e.Event.Kind == PeerEventKind.Connected) Speak(pair.Callee.Peer);
            if (e.Event.Kind == PeerEventKind.ChannelOpened) pair.Callee.Peer.SendMessage(e.Event.ChannelId, isBinary: false, "{}"u8, pair.Clock.Now);
            if (e.Event.Kind == PeerEventKind.AudioReceived) mediaAtServer = Elapsed();
        };
        // The offer goes to the server, the answer comes back.
        pair.Clock.RunFor(2 * Delay);
        pair.Start();
        pair.Clock.RunUntil(() => mediaAtServer > 0 && mediaAtCaller > 0 && eventAtCaller > 0, TimeSpan.FromSeconds(10), "the call's beginning");
        return new(mediaAtServer, mediaAtCaller, eventAtCaller);

        double Elapsed() => (pair.Clock.Now - new Instant(0)) / (2 * Delay);

        void Speak(RtcPeer peer) => peer.TrySendAudio(new byte[80], 0, marker: true, pair.Clock.Now);
    }
}
