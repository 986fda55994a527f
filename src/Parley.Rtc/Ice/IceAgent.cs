using System.Text;
using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

internal enum IceMode
{
    /// <summary>Answers checks and sends none; always controlled. (RFC 8445 §2.5)</summary>
    Lite,

    /// <summary>Sends checks to the remote's candidates, with USE-CANDIDATE, and answers checks.</summary>
    Controlling,
}

/// <summary>
/// ICE for one component with one local address: who may be sent to, and whether the remote still wants it.
/// A pure machine. (RFC 8445, RFC 7675; scope and deviations: docs/design/ice.md)
/// </summary>
internal sealed class IceAgent : IDisposable
{
    private enum Timer
    {
        Check,
        Consent,
    }

    /// <summary>Responses and checks that wait to be polled.</summary>
    private const int QueueCapacity = 8;

    /// <summary>Everything in a message but the two ufrags.</summary>
    private const int MessageOverhead = 160;

    private readonly IceMode _mode;
    private readonly TimeSpan _consentTimeout;
    private readonly IRandomSource _random;
    private readonly TimerTable<Timer> _timers = new("ice");
    private readonly StunIntegrity _localIntegrity;
    private readonly byte[] _expectedUsernamePrefix;
    private DatagramQueue _outgoing;
    private IceChecker? _checker;
    private bool _isControlling;
    private ulong _tieBreaker;

    public IceAgent(IceMode mode, IceCredentials local, TimeSpan consentTimeout, IRandomSource random)
    {
        _mode = mode;
        _consentTimeout = consentTimeout;
        _random = random;
        _isControlling = mode == IceMode.Controlling;
        _tieBreaker = random.NextUInt64();
        _localIntegrity = new StunIntegrity(local.Password);
        _expectedUsernamePrefix = Encoding.ASCII.GetBytes(local.Ufrag + ":");
        _outgoing = new DatagramQueue(QueueCapacity, MessageOverhead);
        Local = local;
    }

    public IceCredentials Local { get; }

    public IcePaths Paths { get; } = new();

    /// <summary>True when no valid check, or answer to one, came for the consent time-out. Final.</summary>
    public bool IsConsentExpired { get; private set; }

    /// <summary>Smoothed over our own checks; null for a lite agent.</summary>
    public TimeSpan? RoundTripTime => _checker?.RoundTripTime;

    public CounterTable<IceCounter> Counters { get; } = new();

    public Deadline NextDeadline => _timers.Next;

    /// <summary>Gives the remote's credentials; a controlling agent starts to check its candidates.</summary>
    public void SetRemote(IceCredentials remote, IReadOnlyList<TransportAddress> candidates, Instant now)
    {
        if (_mode == IceMode.Lite) return;
        var username = Encoding.ASCII.GetBytes($"{remote.Ufrag}:{Local.Ufrag}");
        _outgoing = new DatagramQueue(QueueCapacity, MessageOverhead + username.Length);
        _checker = new IceChecker(username, new StunIntegrity(remote.Password), candidates, _random, now);
        _timers.Set(Timer.Check, _checker.NextCheck);
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
                HandleResponse(message, source, now);
                break;
            default:
                Counters.Increment(IceCounter.Ignored);
                break;
        }
    }

    public void HandleTimeout(Instant now)
    {
        while (_timers.TryTakeDue(now, out var timer))
        {
            if (timer == Timer.Consent)
            {
                IsConsentExpired = true;
                _timers.StopAll();
                return;
            }
            _checker!.SendDue(_outgoing, _isControlling, _tieBreaker, Counters, now);
            _timers.Set(Timer.Check, _checker.NextCheck);
        }
    }

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => _outgoing.TryDequeue(buffer, out transmit);

    public void Dispose()
    {
        _timers.StopAll();
        _outgoing.Clear();
        _localIntegrity.Dispose();
        _checker?.Dispose();
    }

    /// <summary>The server side of a check. (RFC 8489 §6.3.1, §9.1.3; RFC 8445 §7.3)</summary>
    private void HandleRequest(in StunMessage request, TransportAddress source, Instant now)
    {
        if (!request.HasUsername || request.IntegrityOffset == 0)
        {
            Refuse(IceCounter.MissingCredentials, StunErrorCode.BadRequest, request, source, isAuthentic: false);
            return;
        }
        // The rest of the name is the remote's ufrag, which a check may carry before its description came. (RFC 8445 §7.3)
        if (!request.Username.StartsWith(_expectedUsernamePrefix))
        {
            Refuse(IceCounter.WrongUsername, StunErrorCode.Unauthenticated, request, source, isAuthentic: false);
            return;
        }
        if (!_localIntegrity.Verify(request))
        {
            Refuse(IceCounter.BadIntegrity, StunErrorCode.Unauthenticated, request, source, isAuthentic: false);
            return;
        }
        if (request.UnknownCount > 0)
        {
            Refuse(IceCounter.UnknownAttribute, StunErrorCode.UnknownAttribute, request, source, isAuthentic: true);
            return;
        }
        if (IsRoleConflict(request))
        {
            Refuse(IceCounter.RoleConflict, StunErrorCode.RoleConflict, request, source, isAuthentic: true);
            return;
        }
        Answer(request, source);
        Counters.Increment(IceCounter.ChecksAnswered);
        Paths.HandleValidCheck(source, request.UseCandidate && !_isControlling, now);
        // A full agent's consent comes from answers to its own checks only. (RFC 7675 §5.1)
        if (_mode == IceMode.Lite) HandleConsent(now);
    }

    /// <summary>True when the remote has to give way; may change our own role instead. (RFC 8445 §7.3.1.1)</summary>
    private bool IsRoleConflict(in StunMessage request)
    {
        if (_isControlling && request.IceControlling is { } controlling)
        {
            if (_tieBreaker >= controlling) return true;
            SwitchRole();
        }
        else if (!_isControlling && request.IceControlled is { } controlled)
        {
            // A lite agent cannot take control, so its remote has to. (RFC 8445 §6.1.1)
            if (_mode == IceMode.Lite || _tieBreaker < controlled) return true;
            SwitchRole();
        }
        return false;
    }

    private void SwitchRole()
    {
        Counters.Increment(IceCounter.RoleConflict);
        _isControlling = !_isControlling;
    }

    private void Answer(in StunMessage request, TransportAddress source)
    {
        var slot = _outgoing.Reserve();
        if (slot.IsEmpty)
        {
            Counters.Increment(IceCounter.QueueFull);
            return;
        }
        var response = new StunWriter(slot, StunMessageType.BindingSuccess, request.TransactionId);
        response.AddXorMappedAddress(source);
        response.AddMessageIntegrity(_localIntegrity);
        _outgoing.Commit(response.Finish(), source);
    }

    private void Refuse(IceCounter reason, StunErrorCode code, in StunMessage request, TransportAddress source, bool isAuthentic)
    {
        Counters.Increment(reason);
        var slot = _outgoing.Reserve();
        if (slot.IsEmpty)
        {
            Counters.Increment(IceCounter.QueueFull);
            return;
        }
        var response = new StunWriter(slot, StunMessageType.BindingError, request.TransactionId);
        response.AddErrorCode(code);
        if (code == StunErrorCode.UnknownAttribute) response.AddUnknownAttributes(request);
        // Whoever failed to authenticate could not check our integrity. (RFC 8489 §9.1.3)
        if (isAuthentic) response.AddMessageIntegrity(_localIntegrity);
        var length = response.Finish();
        if (length <= request.Packet.Length) _outgoing.Commit(length, source);
        else Counters.Increment(IceCounter.ErrorWithheld);
    }

    private void HandleResponse(in StunMessage response, TransportAddress source, Instant now)
    {
        if (_checker is null)
        {
            Counters.Increment(IceCounter.UnmatchedResponse);
            return;
        }
        var outcome = _checker.HandleResponse(response, source, now);
        Counters.Increment(outcome);
        switch (outcome)
        {
            case IceCounter.ChecksSucceeded:
                Paths.HandleValidCheck(source, _isControlling, now);
                HandleConsent(now);
                break;
            case IceCounter.RoleConflict:
                _isControlling = !_isControlling;
                // A new tie-breaker keeps two confused agents from switching in step. (RFC 8445 §7.2.5.1)
                _tieBreaker = _random.NextUInt64();
                break;
        }
        _timers.Set(Timer.Check, _checker.NextCheck);
    }

    private void HandleConsent(Instant now) => _timers.Set(Timer.Consent, now + _consentTimeout);
}
