using System.Diagnostics.CodeAnalysis;
using Parley.Rtc.Dtls;
using Parley.Rtc.Ice;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sdp;

namespace Parley.Rtc;

/// <summary>Offers and answers: the first ones, and those in mid-call.</summary>
public sealed partial class RtcPeer
{
    /// <summary>Answers an offer.</summary>
    /// <exception cref="ArgumentException">The configuration is not valid.</exception>
    public static bool TryAnswer(
        string offer, RtcPeerConfig config, IRandomSource random, Instant now,
        [NotNullWhen(true)] out RtcPeer? peer, [NotNullWhen(false)] out SdpError? error)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(random);
        peer = null;
        if (!SdpOffer.TryParse(offer, out var parsed, out error)) return false;
        var setup = parsed.Remote.Setup switch
        {
            SdpSetup.Active => SdpSetup.Passive,
            SdpSetup.Passive => SdpSetup.Active,
            _ => config.SetupPreference == SetupPreference.Active ? SdpSetup.Active : SdpSetup.Passive,
        };
        // Of two sides one must check, and it controls when the other is lite. (RFC 8445 §6.1.1)
        var mode = parsed.Remote.IsIceLite ? IceMode.Controlling : config.AnswersAsLite ? IceMode.Lite : IceMode.Controlled;
        peer = new RtcPeer(config, isOfferer: false, mode, random, now);
        peer._describesSctpInit = parsed.Remote.Application?.SctpInit is { } init && peer._sctp.TryAcceptInit(init);
        peer.LocalDescription = SdpWriter.WriteAnswer(parsed, peer.Describe(setup));
        peer.AcceptRemote(parsed.Remote, setup == SdpSetup.Active ? DtlsRole.Client : DtlsRole.Server, now);
        return true;
    }

    /// <summary>Offers audio and data channels, as the side that will send the connectivity checks.</summary>
    /// <exception cref="ArgumentException">The configuration is not valid.</exception>
    public static RtcPeer CreateOffer(RtcPeerConfig config, IRandomSource random, Instant now)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(random);
        var peer = new RtcPeer(config, isOfferer: true, IceMode.Controlling, random, now) { _describesSctpInit = config.OffersSctpInit };
        peer.LocalDescription = SdpWriter.WriteOffer(peer.Describe(SdpSetup.ActPass));
        return peer;
    }

    /// <summary>
    /// Offers new ICE credentials in mid-call, in <see cref="LocalDescription"/>; media go on over the old path until, after
    /// <see cref="TryAcceptAnswer"/>, a new one works. An offer that gets no answer changes nothing. (RFC 8445 §9, RFC 8839 §4.4.1.1.1)
    /// </summary>
    /// <exception cref="InvalidOperationException">This peer made no offer, its offer was not answered yet, or it is closed.</exception>
    public void RestartIce(Instant now)
    {
        if (!_negotiation.IsOfferer || _remote is null || State is PeerState.Closing or PeerState.Closed) throw new InvalidOperationException("There is no connection that was offered.");
        _ice.Restart(NewCredentials(null, null), now);
        _negotiation.BeginAgain();
        LocalDescription = SdpWriter.WriteOffer(Describe(SdpSetup.ActPass));
        Settle(now);
    }

    /// <summary>
    /// Answers another offer of the remote in mid-call, in <see cref="LocalDescription"/>. New ICE credentials are a restart: media go on over the
    /// old path until a check under the new ones succeeds. Otherwise direction and candidates may change. The DTLS connection stays, and
    /// so must the fingerprint. After an error nothing has changed. (RFC 8445 §9, RFC 8829 §5.3.2)
    /// </summary>
    /// <exception cref="InvalidOperationException">This peer did not answer an offer before, or it is closing or closed.</exception>
    public bool TryAnswerAgain(string offer, Instant now, [NotNullWhen(false)] out SdpError? error)
    {
        ArgumentNullException.ThrowIfNull(offer);
        if (_negotiation.IsOfferer || State is PeerState.Closing or PeerState.Closed) throw new InvalidOperationException("There is no connection that was answered.");
        if (!SdpOffer.TryParse(offer, out var parsed, out error)) return false;
        if ((error = _negotiation.Judge(_remote!, parsed.Remote)) is not null) return false;
        // Data channels that the first offer did not describe have nothing that carries them.
        if (_remote!.Application is null) parsed = parsed.WithoutApplication();
        if (!parsed.Remote.HasIceCredentialsOf(_remote)) _ice.Restart(NewCredentials(null, null), now);
        _negotiation.BeginAgain();
        LocalDescription = SdpWriter.WriteAnswer(parsed, Describe(_negotiation.OwnSetup));
        FollowRemote(parsed.Remote with { Application = parsed.Remote.Application ?? _remote.Application }, now);
        Settle(now);
        return true;
    }

    /// <summary>Takes the answer to our offer and starts to connect, or to restart. After an error another answer may be given.</summary>
    /// <exception cref="InvalidOperationException">This peer made no offer, has its answer already, or is closed.</exception>
    public bool TryAcceptAnswer(string answer, Instant now, [NotNullWhen(false)] out SdpError? error)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (!_negotiation.AwaitsAnswer || State is PeerState.Closing or PeerState.Closed) throw new InvalidOperationException("There is no offer that waits for an answer.");
        if (!SdpAnswer.TryParse(answer, out var remote, out error)) return false;
        if (_remote is not null)
        {
            if ((error = _negotiation.Judge(_remote, remote)) is not null) return false;
            _negotiation.HandleAnswered();
            FollowRemote(remote, now);
            Settle(now);
            return true;
        }
        // An INIT that answers none of ours would leave the remote without it.
        if (_describesSctpInit && remote.Application?.SctpInit is { } init) _sctp.TryAcceptInit(init);
        AcceptRemote(remote, remote.Setup == SdpSetup.Active ? DtlsRole.Server : DtlsRole.Client, now);
        Settle(now);
        return true;
    }

    /// <summary>Takes a candidate that the remote found after its description, as "candidate:…" or a whole line; an empty one ends them. (RFC 8838)</summary>
    /// <returns>False when it is not well-formed. What is well-formed and of no use is counted in <see cref="IceCounters"/>.</returns>
    public bool TryAddRemoteCandidate(string candidate, Instant now)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        if (State == PeerState.Closed) return true;
        var isTaken = TrickledCandidate.TryHandle(candidate, _ice, now);
        Settle(now);
        return isTaken;
    }

    /// <summary>The remote has no more candidates; later ones are ignored. (RFC 8838 §13)</summary>
    public void EndRemoteCandidates() => _ice.EndRemoteCandidates();

    private IceCredentials NewCredentials(string? ufrag, string? password)
    {
        if (_config.DrawCredentials is not { } draw) return IceCredentials.Create(ufrag, password, _random);
        var drawn = draw();
        PeerConfigRules.Check(drawn);
        return drawn;
    }

    private LocalDescription Describe(SdpSetup setup) => new()
    {
        SessionId = _negotiation.SessionId,
        SessionVersion = _negotiation.Version,
        IceUfrag = _ice.Local.Ufrag,
        IcePassword = _ice.Local.Password,
        IsIceLite = _ice.IsLite,
        Setup = setup,
        Fingerprint = $"sha-256 {_config.Certificate.Sha256Fingerprint}",
        Candidates = _config.LocalCandidates,
        AudioSsrc = AudioSsrc,
        Cname = _config.Cname,
        Opus = _config.Opus,
        MaxMessageSize = _config.MaxMessageSize,
        SctpInit = _describesSctpInit ? WriteSctpInit() : null,
    };

    private string WriteSctpInit()
    {
        Span<byte> init = stackalloc byte[SctpAssociation.InitLength];
        _sctp.WriteInit(init);
        return Convert.ToBase64String(init);
    }

    private void AcceptRemote(RemoteDescription remote, DtlsRole role, Instant now)
    {
        _negotiation.Role = role;
        _negotiation.HandleAnswered();
        FollowRemote(remote, now);
        _secure = new SecureTransport(_config, role, remote, _sctp, now);
    }

    private void FollowRemote(RemoteDescription remote, Instant now)
    {
        _remote = remote;
        _audio.Configure(remote.Audio, _config.MaxRepairDelay);
        _ice.HandleDescription(new IceCredentials(remote.IceUfrag, remote.IcePassword), remote.Candidates, now);
    }
}
