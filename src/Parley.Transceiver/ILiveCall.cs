using System.Diagnostics.CodeAnalysis;
using Parley.Realtime;
using Parley.Realtime.Protocol;
using Parley.Rtc;
using Parley.Rtc.Sdp;
using Parley.Transceiver.Audience;

namespace Parley.Transceiver;

/// <summary>
/// What a shard holds and drives: a WebRTC peer, and whatever answers on it. A machine of the sans-IO contract: after each input
/// the shard polls <see cref="TryPollTransmit"/> until it gives nothing; then <see cref="NextDeadline"/> says when
/// <see cref="HandleTimeout"/> is due. One thread at a time.
/// </summary>
internal interface ILiveCall : IDisposable
{
    /// <summary>Bytes of a call that are worth fetching ahead.</summary>
    const int HotLength = 128;

    /// <summary><c>rtc_…</c></summary>
    string Id { get; }

    /// <summary>The ICE user name fragment by which first packets find the call. A restart brings another.</summary>
    string Ufrag { get; }

    /// <summary>The last answer.</summary>
    string AnswerSdp { get; }

    /// <summary>The SSRC of the client's audio, known from authentic packets; null before the first.</summary>
    uint? RemoteSsrc { get; }

    Instant CreatedAt { get; }

    /// <summary>Set when the connection was up for the first time.</summary>
    TimeSpan? ConnectedAfter { get; }

    /// <summary>It says goodbye, or has.</summary>
    bool IsEnding { get; }

    bool IsClosed { get; }

    /// <summary>Why it closed, once it has.</summary>
    CallCloseReason CloseReason { get; }

    /// <summary>The id of its Realtime session, <c>sess_…</c>; null: it has none.</summary>
    string? SessionId { get; }

    /// <summary>What another connection could go on with, once it has ended; null: nothing, or it ended for good.</summary>
    SessionSnapshot? Remains { get; }

    CounterTable<PeerDropReason> Drops { get; }

    Deadline NextDeadline { get; }

    /// <summary>A datagram is about to come: fetches what lies <paramref name="step"/> references behind the call, when what lies before is there. (<see cref="CacheHint"/>)</summary>
    void Anticipate(int step)
    {
    }

    void HandleDatagram(in Datagram datagram, Instant now);

    /// <summary>Takes SRTP or SRTCP from an address that is not known yet. False, and nothing has changed, when it is not authentic.</summary>
    bool TryHandleMedia(in Datagram datagram, Instant now);

    /// <summary>The TCP connection of this address is gone, and another's may have the address soon.</summary>
    void HandleDisconnected(TransportAddress connection, Instant now);

    /// <summary>Answers another offer of the client, in <see cref="AnswerSdp"/>. After an error the call is what it was. Not for a call that is ending.</summary>
    bool TryRenegotiate(string offerSdp, Instant now, [NotNullWhen(false)] out SdpError? error);

    void HandleTimeout(Instant now);

    /// <summary>Models of the call, if it has any, have brought something.</summary>
    void HandleModels(Instant now);

    /// <summary>A sideband has come, has something to say, or has left.</summary>
    void HandleSideband(Sideband sideband, Instant now);

    /// <summary>True when a connectivity check from this address was authentic, or the newest audio packet came from it.</summary>
    bool HasValidated(TransportAddress address);

    bool TryPollTransmit(Span<byte> buffer, out Transmit transmit);

    /// <summary>The server is going away at <paramref name="end"/>: the client is told, as far as it can be.</summary>
    void HandleDraining(Instant end, Instant now);

    /// <summary>Tells the client by an <c>error</c> event why the call ends, and closes it when that had time to arrive.</summary>
    void End(RealtimeError error, Instant now);

    /// <summary>Says goodbye. The call is closed when the peer has, within its hard deadline.</summary>
    void Close(CallCloseReason reason, Instant now);
}
