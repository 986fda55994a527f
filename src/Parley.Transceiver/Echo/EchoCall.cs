using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Parley.Realtime;
using Parley.Realtime.Protocol;
using Parley.Rtc;
using Parley.Rtc.Sdp;
using Parley.Transceiver.Audience;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver.Echo;

/// <summary>
/// A call with nobody at the other end: each Opus packet and each message goes back as it came, nothing is decoded. It costs
/// what the transport costs, so clients, networks and machines are tried out with it.
/// </summary>
internal sealed class EchoCall : ILiveCall
{
    private readonly RtcPeer _peer;
    private EchoTimeline _timeline;
    private CallCloseReason? _closeReason;

    public EchoCall(string id, RtcPeer peer, uint firstTimestamp, Instant now)
    {
        Id = id;
        _peer = peer;
        _timeline = new EchoTimeline(firstTimestamp);
        CreatedAt = now;
    }

    public string Id { get; }

    public string Ufrag => _peer.LocalUfrag;

    public string AnswerSdp => _peer.LocalDescription;

    public uint? RemoteSsrc => _peer.RemoteSsrc;

    public Instant CreatedAt { get; }

    public TimeSpan? ConnectedAfter { get; private set; }

    public bool IsEnding => _peer.State is PeerState.Closing or PeerState.Closed;

    public bool IsClosed => _peer.State == PeerState.Closed;

    public CallCloseReason CloseReason => _closeReason ?? CallCloseReason.RemoteClosed;

    public string? SessionId => null;

    public SessionSnapshot? Remains => null;

    public CounterTable<PeerDropReason> Drops => _peer.Drops;

    public Deadline NextDeadline => _peer.NextDeadline;

    public void Anticipate(int step) => RtcPeer.Anticipate(_peer, step);

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        _peer.HandleDatagram(datagram, now);
        Advance(now);
    }

    public bool TryHandleMedia(in Datagram datagram, Instant now)
    {
        if (!_peer.TryHandleMedia(datagram, now)) return false;
        Advance(now);
        return true;
    }

    public void HandleDisconnected(TransportAddress connection, Instant now) => _peer.HandleDisconnected(connection, now);

    public bool TryRenegotiate(string offerSdp, Instant now, [NotNullWhen(false)] out SdpError? error)
    {
        if (!_peer.TryAnswerAgain(offerSdp, now, out error)) return false;
        Advance(now);
        return true;
    }

    public void HandleTimeout(Instant now)
    {
        _peer.HandleTimeout(now);
        Advance(now);
    }

    public void HandleModels(Instant now)
    {
    }

    public void HandleSideband(Sideband sideband, Instant now) =>
        sideband.Complete(new SocketEnd(WebSocketCloseStatus.PolicyViolation, "An echo has no session to listen to."));

    public bool HasValidated(TransportAddress address) => _peer.IsValidated(address);

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => _peer.TryPollTransmit(buffer, out transmit);

    /// <summary>An echo has no events of its own to tell it with.</summary>
    public void HandleDraining(Instant end, Instant now)
    {
    }

    /// <summary>An echo has no events of its own to tell it with.</summary>
    public void End(RealtimeError error, Instant now) => Close(CallCloseReason.LimitReached, now);

    public void Close(CallCloseReason reason, Instant now)
    {
        _closeReason ??= reason;
        _peer.Close(now);
        Advance(now);
    }

    public void Dispose() => _peer.Dispose();

    private void Advance(Instant now)
    {
        while (_peer.TryPollEvent(out var e))
        {
            switch (e.Kind)
            {
                case PeerEventKind.AudioReceived:
                    ReturnAudio(e, now);
                    break;
                case PeerEventKind.MessageReceived:
                    ReturnMessage(e, now);
                    break;
                case PeerEventKind.Connected:
                    ConnectedAfter ??= now - CreatedAt;
                    break;
                case PeerEventKind.Closed:
                    _closeReason ??= e.CloseReason.OfCall();
                    break;
            }
        }
    }

    /// <summary>A packet so long that it fits no datagram of ours is not returned.</summary>
    private void ReturnAudio(in PeerEvent e, Instant now)
    {
        Span<byte> opus = stackalloc byte[RtcPeer.MaxAudioLength];
        if (e.PayloadLength > opus.Length) return;
        var length = _peer.ReadPayload(opus);
        _peer.TrySendAudio(opus[..length], _timeline.Map(e.Ssrc, e.RtpTimestamp), e.Marker, now);
    }

    /// <summary>A message for which the channel has no room is not returned: the peer's own buffer is the only one.</summary>
    private void ReturnMessage(in PeerEvent e, Instant now)
    {
        var message = ArrayPool<byte>.Shared.Rent(e.PayloadLength);
        var length = _peer.ReadPayload(message);
        _peer.SendMessage(e.ChannelId, e.IsBinary, message.AsSpan(0, length), now);
        ArrayPool<byte>.Shared.Return(message);
    }
}
