using Parley.Rtc;

namespace Parley.Transceiver;

/// <summary>
/// What a shard holds and drives: a WebRTC peer, and whatever answers on it. A machine of the sans-IO contract: after each input
/// the shard polls <see cref="TryPollTransmit"/> until it gives nothing; then <see cref="NextDeadline"/> says when
/// <see cref="HandleTimeout"/> is due. One thread at a time.
/// </summary>
internal interface ILiveCall : IDisposable
{
    /// <summary><c>rtc_…</c></summary>
    string Id { get; }

    /// <summary>The ICE user name fragment by which first packets find the call.</summary>
    string Ufrag { get; }

    string AnswerSdp { get; }

    Instant CreatedAt { get; }

    /// <summary>Set when the connection was up for the first time.</summary>
    TimeSpan? ConnectedAfter { get; }

    bool IsClosed { get; }

    /// <summary>Why it closed, once it has.</summary>
    CallCloseReason CloseReason { get; }

    CounterTable<PeerDropReason> Drops { get; }

    Deadline NextDeadline { get; }

    void HandleDatagram(in Datagram datagram, Instant now);

    void HandleTimeout(Instant now);

    /// <summary>Models of the call, if it has any, have brought something.</summary>
    void HandleModels(Instant now);

    /// <summary>True when a connectivity check from this address was authentic.</summary>
    bool HasValidated(TransportAddress address);

    bool TryPollTransmit(Span<byte> buffer, out Transmit transmit);

    /// <summary>Says goodbye. The call is closed when the peer has, within its hard deadline.</summary>
    void Close(CallCloseReason reason, Instant now);
}
