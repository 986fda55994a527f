using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>What checks and responses to ours do to the agent.</summary>
internal sealed partial class IceAgent
{
    /// <summary>The server side of a check. (RFC 8489 §6.3.1, §9.1.3; RFC 8445 §7.3)</summary>
    private void HandleRequest(in StunMessage request, TransportAddress source, Instant now)
    {
        if (!request.HasUsername || request.IntegrityOffset == 0)
        {
            Refuse(IceCounter.MissingCredentials, StunErrorCode.BadRequest, request, source, integrity: null);
            return;
        }
        var generation = _next is not null && _next.IsNamedBy(request) ? _next : _current;
        if (!generation.IsNamedBy(request))
        {
            Refuse(IceCounter.WrongUsername, StunErrorCode.Unauthenticated, request, source, integrity: null);
            return;
        }
        if (!generation.Integrity.Verify(request))
        {
            Refuse(IceCounter.BadIntegrity, StunErrorCode.Unauthenticated, request, source, integrity: null);
            return;
        }
        if (request.UnknownCount > 0)
        {
            Refuse(IceCounter.UnknownAttribute, StunErrorCode.UnknownAttribute, request, source, generation.Integrity);
            return;
        }
        if (_role.IsConflict(request, out var hasSwitched))
        {
            Refuse(IceCounter.RoleConflict, StunErrorCode.RoleConflict, request, source, generation.Integrity);
            return;
        }
        if (hasSwitched)
        {
            Counters.Increment(IceCounter.RoleConflict);
            SettleChecks();
        }
        _outbox.WriteSuccess(request, source, generation.Integrity);
        Counters.Increment(IceCounter.ChecksAnswered);
        if (_checks.IsCopy(request.TransactionId, source) && !Paths.IsKnown(source))
        {
            Counters.Increment(IceCounter.ReplayedCheck);
            return;
        }
        if (IsLite) HandleCheckOfLite(generation, source, request.UseCandidate, now);
        else HandleCheckOfFull(generation, source, request, now);
    }

    /// <summary>To a lite agent the remote's check is everything: it validates the path, and it is its consent. (RFC 7675 §5.1)</summary>
    private void HandleCheckOfLite(IceGeneration generation, TransportAddress source, bool isNominated, Instant now)
    {
        var isFirst = generation == _next;
        if (isFirst) Promote();
        Paths.HandleValidCheck(source, isNominated || isFirst, now);
        RenewConsent(now);
    }

    /// <summary>A full agent learns the address and asks back. (RFC 8445 §7.3.1.3 to §7.3.1.5)</summary>
    private void HandleCheckOfFull(IceGeneration generation, TransportAddress source, in StunMessage request, Instant now)
    {
        Paths.HandleKnown(source);
        var isNominated = request.UseCandidate && !_role.IsControlling;
        if (Trigger(generation, source, request.Priority ?? IcePriority.ForPeerReflexive(source.Protocol), now) is not { } pair) return;
        pair.IsNominated |= isNominated;
        if (isNominated && pair.State == IcePairState.Succeeded && generation == _current) Paths.HandleNomination(source, now);
    }

    private IcePair? Trigger(IceGeneration generation, TransportAddress source, uint priority, Instant now)
    {
        var pair = generation.Checks.Find(source);
        if (pair is null)
        {
            if (!generation.Checks.TryAdd(new IceCandidate(source, priority, IceCandidateType.PeerReflexive)))
            {
                Counters.Increment(IceCounter.CandidatesIgnored);
                return null;
            }
            Counters.Increment(IceCounter.PeerReflexiveLearnt);
            pair = generation.Checks.Find(source)!;
        }
        generation.Checks.Trigger(pair, now);
        return pair;
    }

    private void Refuse(IceCounter reason, StunErrorCode code, in StunMessage request, TransportAddress source, StunIntegrity? integrity)
    {
        Counters.Increment(reason);
        _outbox.WriteError(code, request, source, integrity);
    }

    /// <summary>The client side of a check; what the response was to us.</summary>
    private IceCounter HandleResponse(in StunMessage response, TransportAddress source, Instant now)
    {
        foreach (var generation in (ReadOnlySpan<IceGeneration?>)[_next, _current])
        {
            if (generation?.Remote is null) continue;
            if (generation.Checks.FindTransaction(response) is { } pair)
                return HandleResponse(generation, pair.Address, pair, ref pair.Transaction, response, source, now);
            ref var consent = ref generation.Consent.Find(response);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref consent))
                return HandleResponse(generation, generation.Consent.Target, null, ref consent, response, source, now);
        }
        return IceCounter.UnmatchedResponse;
    }

    private IceCounter HandleResponse(
        IceGeneration generation, TransportAddress destination, IcePair? pair, ref IceTransaction transaction, in StunMessage response,
        TransportAddress source, Instant now)
    {
        // Responses must come from where the check went. (RFC 8445 §7.2.5.2.1)
        if (source != destination) return IceCounter.UnmatchedResponse;
        // Unauthenticated responses, errors too, are as if they had not come. (RFC 8489 §9.1.4)
        if (!generation.Remote!.Integrity.Verify(response)) return IceCounter.BadIntegrity;
        if (response.UnknownCount > 0) return IceCounter.UnknownAttribute;
        if (response.Type == StunMessageType.BindingError)
        {
            if (response.ErrorCode != (int)StunErrorCode.RoleConflict) return IceCounter.ErrorResponse;
            _role.HandleRefused(transaction.IsControlling);
            SettleChecks();
            if (pair is not null) generation.Checks.Repeat(pair, now);
            else generation.Consent.Repeat(now);
            return IceCounter.RoleConflict;
        }
        if (response.XorMappedAddress is null) return IceCounter.MalformedAttribute;

        if (transaction.MeasuresRoundTrip) _roundTrip.Add(now - transaction.FirstSent);
        var (sent, isNominating) = (transaction.FirstSent, transaction.IsNominating);
        transaction = default;
        RenewConsent(now);
        if (pair is null) HandleConsent(generation, destination, sent, now);
        else HandlePairSucceeded(generation, pair, sent, isNominating, now);
        return IceCounter.ChecksSucceeded;
    }

    private void HandleConsent(IceGeneration generation, TransportAddress path, Instant sent, Instant now)
    {
        var wasSilent = generation.Consent.IsSilent;
        generation.Consent.HandleAnswer(sent, now);
        if (wasSilent) SettleChecks();
        Paths.HandleValidCheck(path, isNominated: false, now);
    }

    private void HandlePairSucceeded(IceGeneration generation, IcePair pair, Instant sent, bool isNominating, Instant now)
    {
        pair.State = IcePairState.Succeeded;
        pair.IsTriggered = false;
        var isFirst = generation == _next;
        if (isFirst) Promote();
        // The controlling side takes the first pair that works, then only a better one or, when that has fallen silent, any. (RFC 8445 §8.1.1)
        var isChosen = isFirst || (_role.IsControlling
            ? !Paths.HasSelected || _current.Consent.IsSilent || pair.PriorityAs(true) > _current.Checks.Floor
            : pair.IsNominated);
        Paths.HandleValidCheck(pair.Address, isChosen, now);
        if (!Paths.HasSelected || Paths.Selected != pair.Address) return;
        // Chosen by this very check: the remote knows already. Otherwise the consent check that follows at once tells it.
        _current.Consent.MoveTo(pair.Address, isNominating || !_role.IsControlling ? sent : Instant.Never, now);
        SettleChecks();
    }
}
