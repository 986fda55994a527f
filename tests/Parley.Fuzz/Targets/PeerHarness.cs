using Parley.Rtc;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>
/// A peer and its <see cref="RemoteStub"/> on virtual time, joined without delay. Drives the peer as its contract asks and checks, at every step,
/// that events, packets and wake-ups come to an end, and that no datagram is longer than it may be.
/// </summary>
internal sealed class PeerHarness : IDisposable
{
    private const int MaxPackets = 3000;
    private const int MaxWakesAtOnce = 100;

    private readonly bool _isOfferer;
    private readonly byte[] _buffer = new byte[2048];
    private readonly byte[] _payload = new byte[PeerTarget.MaxMessageSize];

    /// <param name="isOfferer">The peer offers and sends checks; otherwise it answers, ICE-lite.</param>
    /// <param name="isDtlsClient">The DTLS role of an answering peer.</param>
    public PeerHarness(bool isOfferer, bool isDtlsClient)
    {
        var config = new RtcPeerConfig
        {
            Certificate = SdpText.Config.Certificate, LocalCandidates = [PeerTarget.PeerAddress], LocalUfrag = RemoteStub.PeerUfrag, LocalPassword = RemoteStub.PeerPassword,
            MaxMessageSize = PeerTarget.MaxMessageSize, SetupPreference = isDtlsClient ? SetupPreference.Active : SetupPreference.Passive,
        };
        Peer = isOfferer ? Offer(config, isDtlsClient) : Answer(config);
        _isOfferer = isOfferer;
        Remote = new RemoteStub { IsControlling = !isOfferer };
        Remote.Connect(Peer, isDtlsClient);
    }

    public RtcPeer Peer { get; }

    public RemoteStub Remote { get; }

    public Instant Now { get; private set; } = new(0);

    public int AudioPackets { get; private set; }

    public void Receive(byte[]? datagram, TransportAddress source)
    {
        if (datagram is null) return;
        Peer.HandleDatagram(new Datagram(datagram, source), Now);
        Settle();
    }

    /// <summary>Checks, answers and handshakes until both sides are connected.</summary>
    public void Connect()
    {
        Receive(Remote.Check(), PeerTarget.RemoteAddress);
        Remote.StartDtls(Now);
        Settle();
        for (var i = 0; i < 20 && !(Peer.State == PeerState.Connected && Remote.SctpTag != 0); i++) RunFor(TimeSpan.FromMilliseconds(100));
        Invariant.Equal(PeerState.Connected, Peer.State);
        Invariant.Holds(Remote.SctpTag != 0);
    }

    /// <summary>The offer in mid-call: the one of the beginning, or another one, which must not bring new ICE credentials (the remote would not know them).</summary>
    public void OfferAgain(string offer)
    {
        if (_isOfferer || Peer.State is PeerState.Closing or PeerState.Closed) return;
        if (offer.Length == 0)
        {
            using var offerer = RtcPeer.CreateOffer(RemoteStub.Config, new SeededRandom(6), new Instant(0));
            Invariant.Holds(Peer.TryAnswerAgain(offerer.LocalDescription, Now, out _));
        }
        else
        {
            Invariant.Holds(!Peer.TryAnswerAgain(offer, Now, out var error) && error.Message.Length < 500);
        }
    }

    public void RunFor(TimeSpan time)
    {
        var end = Now + time;
        var wakesAtOnce = 0;
        while (Peer.NextDeadline.At <= end)
        {
            wakesAtOnce = Peer.NextDeadline.At > Now ? 0 : wakesAtOnce + 1;
            if (wakesAtOnce > MaxWakesAtOnce) throw new InvariantException($"The deadline {Peer.NextDeadline.Reason} goes away");
            if (Peer.NextDeadline.At > Now) Now = Peer.NextDeadline.At;
            Peer.HandleTimeout(Now);
            Settle();
        }
        Now = end;
    }

    /// <summary>Events, packets, the remote's answers to them, and again, to the end.</summary>
    public void Settle()
    {
        var packets = 0;
        while (true)
        {
            while (Peer.TryPollEvent(out var e))
            {
                if (e.Kind == PeerEventKind.AudioReceived) AudioPackets++;
                Invariant.Holds(Peer.ReadPayload(_payload) <= _payload.Length);
            }
            while (Peer.TryPollTransmit(_buffer, out var transmit))
            {
                Invariant.Holds(++packets < MaxPackets);
                Invariant.Holds(transmit.Length is > 0 and <= RtcPeer.MaxDatagramLength);
                if (transmit.Destination == PeerTarget.RemoteAddress) Remote.Handle(_buffer.AsSpan(0, transmit.Length), Now);
            }
            if (!Remote.Outgoing.TryDequeue(out var datagram)) return;
            Peer.HandleDatagram(new Datagram(datagram, PeerTarget.RemoteAddress), Now);
        }
    }

    public void Dispose()
    {
        Peer.Dispose();
        Remote.Dispose();
    }

    private static RtcPeer Offer(RtcPeerConfig config, bool isDtlsClient)
    {
        var peer = RtcPeer.CreateOffer(config, new SeededRandom(5), new Instant(0));
        // The remote's answer says the opposite of what the peer is to be.
        var remote = RemoteStub.Config with { SetupPreference = isDtlsClient ? SetupPreference.Passive : SetupPreference.Active };
        using var answerer = AnswerOf(peer.LocalDescription, remote);
        Invariant.Holds(peer.TryAcceptAnswer(answerer.LocalDescription, new Instant(0), out _));
        return peer;
    }

    private static RtcPeer Answer(RtcPeerConfig config)
    {
        using var offerer = RtcPeer.CreateOffer(RemoteStub.Config, new SeededRandom(6), new Instant(0));
        return AnswerOf(offerer.LocalDescription, config);
    }

    private static RtcPeer AnswerOf(string offer, RtcPeerConfig config)
    {
        if (RtcPeer.TryAnswer(offer, config, new SeededRandom(5), new Instant(0), out var peer, out var error)) return peer;
        throw new InvariantException(error.Message);
    }
}
