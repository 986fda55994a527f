using Parley.Rtc;
using Parley.Rtc.Dtls;

namespace Parley.Benchmarks.Echo;

/// <summary>A caller with the whole WebRTC stack, data channels included, and frames in the place of speech.</summary>
internal sealed class EchoCaller : IEchoFlow, IDisposable
{
    /// <summary>20 ms, in units of 1/48000 s.</summary>
    private const uint TimestampStep = 960;

    private readonly FrameTally _tally;
    private readonly RtcPeer _peer;
    private readonly TaskCompletionSource<Instant> _firstMedia = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _payload = new byte[1500];
    private readonly TransportAddress _server;
    private uint _timestamp;

    public EchoCaller(DtlsCertificate certificate, TransportAddress local, TransportAddress server, FrameTally tally, IRandomSource random, Instant now)
    {
        _tally = tally;
        _server = server;
        _timestamp = random.NextUInt32();
        _peer = RtcPeer.CreateOffer(new RtcPeerConfig { Certificate = certificate, LocalCandidates = [local] }, random, now);
    }

    public string Offer => _peer.LocalDescription;

    public bool IsUp => _peer.State == PeerState.Connected;

    /// <summary>When the first frame came back.</summary>
    public Task<Instant> FirstMedia => _firstMedia.Task;

    public Deadline NextDeadline => _peer.NextDeadline;

    public void Accept(string answer, Instant now)
    {
        if (!_peer.TryAcceptAnswer(answer, now, out var error)) Fail($"The answer cannot be used: {error.Message}");
    }

    public void HandleDatagram(Span<byte> bytes, Instant now)
    {
        _peer.HandleDatagram(new Datagram(bytes, _server), now);
        Advance(now);
    }

    public void HandleTimeout(Instant now)
    {
        _peer.HandleTimeout(now);
        Advance(now);
    }

    public void SendFrame(Instant now)
    {
        Span<byte> frame = stackalloc byte[EchoFrame.Length];
        EchoFrame.Write(frame, now);
        if (!_peer.TrySendAudio(frame, _timestamp, marker: false, now)) return;
        _timestamp += TimestampStep;
        _tally.NoteSent();
    }

    public bool TryPollTransmit(Span<byte> buffer, out int length)
    {
        var has = _peer.TryPollTransmit(buffer, out var transmit);
        length = transmit.Length;
        return has;
    }

    /// <summary>How far the call came, for the message of one that fails.</summary>
    public override string ToString() =>
        $"{_peer.State}; dropped: {string.Join(' ', _peer.Drops.NonZero())}; ICE: {string.Join(' ', _peer.IceCounters.NonZero())}; next: {_peer.NextDeadline.Reason}";

    public void Dispose() => _peer.Dispose();

    private void Advance(Instant now)
    {
        while (_peer.TryPollEvent(out var e))
        {
            switch (e.Kind)
            {
                case PeerEventKind.Connected:
                    SendFrame(now);
                    break;
                case PeerEventKind.AudioReceived:
                    _peer.ReadPayload(_payload);
                    _tally.NoteReturned(EchoFrame.AgeOf(_payload, now));
                    if (!_firstMedia.Task.IsCompleted) _firstMedia.TrySetResult(now);
                    break;
                case PeerEventKind.Closed:
                    Fail($"A call ended: {e.CloseReason}.");
                    break;
            }
        }
    }

    private void Fail(string why) => _firstMedia.TrySetException(new BenchmarkException(why));
}
