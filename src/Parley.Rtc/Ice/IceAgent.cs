using Parley.Rtc.Sdp;
using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>
/// ICE for one component: who may be sent to, and whether the remote still wants it. A lite agent answers checks; a full one sends
/// them, too, in either role. A pure machine. (RFC 8445, RFC 7675; scope and deviations: docs/design/ice.md)
/// </summary>
internal sealed partial class IceAgent : IDisposable
{
    private enum Timer
    {
        Check,
        Consent,
    }

    private readonly TimeSpan _consentTimeout;
    private readonly IRandomSource _random;
    private readonly IceLocals _locals;
    private readonly IceRole _role;
    private readonly IceOutbox _outbox;
    private readonly CheckMemory _checks = new();
    private readonly RoundTripEstimate _roundTrip = new();
    private readonly TimerTable<Timer> _timers = new("ice");
    private IceGeneration _current;
    private IceGeneration? _next;
    private Instant _restartEnd = new(0);
    private bool _hasAllCandidates;

    public IceAgent(IceMode mode, IceCredentials local, TimeSpan consentTimeout, IRandomSource random, IceLocals? locals = null)
    {
        _consentTimeout = consentTimeout;
        _random = random;
        _locals = locals ?? new IceLocals([], connectsTcp: false);
        _role = new IceRole(mode, random);
        _outbox = new IceOutbox(Counters);
        _current = new IceGeneration(local, _locals, random);
        Paths = new IcePaths(consentTimeout);
    }

    public bool IsLite => _role.IsLite;

    public bool IsControlling => _role.IsControlling;

    /// <summary>Our credentials: those of the restart while one is under way.</summary>
    public IceCredentials Local => Latest.Local;

    /// <summary>True for the remote's ufrag as it was described last; before, for any.</summary>
    public bool IsUfragOfRemote(string ufrag) => Latest.Remote is not { } remote || remote.Ufrag == ufrag;

    /// <summary>A restart has begun and none of its checks has succeeded yet: the paths from before carry everything.</summary>
    public bool IsRestarting => _next is not null;

    public IcePaths Paths { get; }

    /// <summary>True when no valid check, or answer to one, came for the consent time-out. Final.</summary>
    public bool IsConsentExpired { get; private set; }

    /// <summary>Smoothed over our own checks; null for a lite agent.</summary>
    public TimeSpan? RoundTripTime => _roundTrip.Smoothed;

    public CounterTable<IceCounter> Counters { get; } = new();

    public Deadline NextDeadline => _timers.Next;

    private IceGeneration Latest => _next ?? _current;

    /// <summary>
    /// Takes what the remote's description says. The first one of a generation gives the remote's credentials, with which a full
    /// agent begins to check; a later one of the same generation may only add candidates.
    /// </summary>
    public void HandleDescription(IceCredentials remote, RemoteCandidates candidates, Instant now)
    {
        if (!IsLite && Latest.Remote is null)
        {
            _outbox.MakeRoom(Latest.SetRemote(remote).Username.Length);
            _hasAllCandidates = false;
        }
        Counters.Add(IceCounter.HostNameCandidates, candidates.HostNames);
        foreach (var candidate in candidates.Usable) AddRemoteCandidate(candidate, now);
        if (candidates.IsComplete) EndRemoteCandidates();
    }

    /// <summary>A candidate that came after the description. (RFC 8838 §11) A lite agent has no use for it.</summary>
    public void AddRemoteCandidate(in IceCandidate candidate, Instant now)
    {
        if (IsLite) return;
        if (_hasAllCandidates || !Latest.Checks.TryAdd(candidate)) Counters.Increment(IceCounter.CandidatesIgnored);
        else Latest.Checks.MakeReady(now);
        SetCheckTimer();
    }

    /// <summary>No more candidates of the remote will come; later ones are ignored. (RFC 8838 §13)</summary>
    public void EndRemoteCandidates() => _hasAllCandidates = true;

    /// <summary>
    /// Begins a restart with new credentials of ours: both old and new ones are taken until a check under the new ones succeeds. Another
    /// restart before that takes the place of this one. (RFC 8445 §9)
    /// </summary>
    public void Restart(IceCredentials local, Instant now)
    {
        _next?.Dispose();
        _next = new IceGeneration(local, _locals, _random);
        _restartEnd = now + _consentTimeout;
        SetCheckTimer();
    }

    public void HandleDatagram(ReadOnlySpan<byte> packet, TransportAddress source, Instant now)
    {
        switch (StunMessage.TryParse(packet, out var message))
        {
            case StunParseStatus.NotStun:
                Counters.Increment(IceCounter.NotStun);
                return;
            case StunParseStatus.MalformedAttribute:
                Counters.Increment(IceCounter.MalformedAttribute);
                return;
            case StunParseStatus.BadFingerprint:
                Counters.Increment(IceCounter.BadFingerprint);
                return;
        }
        switch (message.Type)
        {
            case StunMessageType.BindingRequest:
                HandleRequest(message, source, now);
                break;
            case StunMessageType.BindingSuccess or StunMessageType.BindingError:
                Counters.Increment(HandleResponse(message, source, now));
                break;
            default:
                Counters.Increment(IceCounter.Ignored);
                return;
        }
        FollowSelection(now);
        SetCheckTimer();
    }

    /// <summary>A packet with a valid SRTP tag that is newer than all before it came from <paramref name="source"/>.</summary>
    public void HandleAuthenticPacket(TransportAddress source, int length, Instant now)
    {
        Paths.HandleAuthenticPacket(source, length, now);
        // One comparison in the usual case: this runs for each audio packet.
        if (IsLite) return;
        HandleHeard(source, now);
        if (Paths.HasSelected && Paths.Selected == source) return;
        Trigger(_current, source, IcePriority.ForPeerReflexive(source.Protocol), now);
        SetCheckTimer();
    }

    /// <summary>A packet that is authentic, if perhaps not new, came from <paramref name="source"/>: a path that falls silent after it is soon asked whether it works.</summary>
    public void HandleHeard(TransportAddress source, Instant now)
    {
        if (IsLite || source != _current.Consent.Target) return;
        var wasLively = _current.Consent.IsLively;
        _current.Consent.HandleHeard(now);
        if (!wasLively && _current.Consent.IsLively) SetCheckTimer();
    }

    public void HandleTimeout(Instant now)
    {
        while (_timers.TryTakeDue(now, out var timer))
        {
            if (timer == Timer.Consent)
            {
                HandleConsentLost(now);
                if (IsConsentExpired) return;
                continue;
            }
            var wasSilent = _current.Consent.IsSilent;
            _current.SendDue(_outbox, _role, now);
            _next?.SendDue(_outbox, _role, now);
            if (_current.Consent.IsSilent && !wasSilent) _current.Checks.Reopen(_current.Consent.Target, now);
            SetCheckTimer();
        }
    }

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => _outbox.TryDequeue(buffer, out transmit);

    public void Dispose()
    {
        _timers.StopAll();
        _outbox.Clear();
        _current.Dispose();
        _next?.Dispose();
    }

    /// <summary>The restart's first success: what was before it is over. (RFC 8445 §9)</summary>
    private void Promote()
    {
        _current.Dispose();
        _current = _next!;
        _next = null;
    }

    /// <summary>The selection may have moved by other means than our own check; consent follows it. (RFC 7675 §5.1)</summary>
    private void FollowSelection(Instant now)
    {
        if (IsLite || !Paths.HasSelected || Paths.Selected == _current.Consent.Target) return;
        _current.Consent.MoveTo(Paths.Selected, Instant.Never, now);
        SettleChecks();
    }

    private void SettleChecks() => _current.Checks.Settle(
        Paths.HasSelected && _current.Checks.Find(Paths.Selected) is { } pair ? Math.Max(1, pair.PriorityAs(_role.IsControlling)) : 0);

    private void RenewConsent(Instant now) => _timers.Set(Timer.Consent, now + _consentTimeout);

    private void HandleConsentLost(Instant now)
    {
        if (_next is not null && now < _restartEnd)
        {
            // A restart has its own time, but nothing is sent to where consent has ended. (RFC 7675 §5.1)
            Paths.Revoke();
            _timers.Set(Timer.Consent, _restartEnd);
            return;
        }
        IsConsentExpired = true;
        _timers.StopAll();
    }

    private void SetCheckTimer()
    {
        if (IsLite || IsConsentExpired) return;
        var next = _current.NextCheck(_role);
        if (_next is not null) next = Instant.Earlier(next, _next.NextCheck(_role));
        _timers.Set(Timer.Check, next);
    }
}
