using System.Buffers.Binary;
using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>
/// The client side of connectivity checks: finds the first remote candidate that answers, then keeps asking it for
/// consent and measures the round trip. (RFC 8445 §7.2, RFC 8489 §6.2.1, RFC 7675 §5.1)
/// </summary>
internal sealed class IceChecker : IDisposable
{
    /// <summary>Pacing between first checks of candidates. (RFC 8445 §14.2, Ta)</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>First retransmission time-out, doubled at each repeat. (RFC 8489 §6.2.1)</summary>
    private static readonly TimeSpan InitialRto = TimeSpan.FromMilliseconds(500);

    /// <summary>Doubling ends here: a user is waiting, and the connect time-out ends the attempt. (Deviation: docs/design/ice.md)</summary>
    private static readonly TimeSpan MaxRto = TimeSpan.FromSeconds(2);

    /// <summary>Sends of one transaction before a new one is begun. (RFC 8489 §6.2.1, Rc)</summary>
    private const int MaxSends = 7;

    /// <summary>Mean interval of consent checks, times 0.8…1.2. (RFC 7675 §5.1)</summary>
    private static readonly TimeSpan ConsentInterval = TimeSpan.FromSeconds(5);

    /// <summary>An unanswered consent check is followed by the next this soon, until one is answered.</summary>
    private static readonly TimeSpan UnansweredInterval = TimeSpan.FromSeconds(1);

    /// <summary>Consent checks whose late answers still count.</summary>
    private const int OutstandingConsentChecks = 4;

    private readonly byte[] _username;
    private readonly StunIntegrity _integrity;
    private readonly IRandomSource _random;
    private readonly Check[] _candidates;
    private readonly Check[] _consent = new Check[OutstandingConsentChecks];
    private int _nextConsentSlot;
    private bool _isConnected;
    private TransportAddress _selected;
    private Instant _nextConsent = Instant.Never;

    public IceChecker(byte[] username, StunIntegrity integrity, IReadOnlyList<TransportAddress> candidates, IRandomSource random, Instant now)
    {
        _username = username;
        _integrity = integrity;
        _random = random;
        _candidates = new Check[candidates.Count];
        for (var i = 0; i < candidates.Count; i++) _candidates[i] = new Check { Remote = candidates[i], NextSend = now + Pace * i };
    }

    /// <summary>When <see cref="SendDue"/> has something to send.</summary>
    public Instant NextCheck
    {
        get
        {
            if (_isConnected) return _nextConsent;
            var next = Instant.Never;
            foreach (ref readonly var check in _candidates.AsSpan()) next = Instant.Earlier(next, check.NextSend);
            return next;
        }
    }

    /// <summary>Smoothed as TCP does. (RFC 6298 §2)</summary>
    public TimeSpan? RoundTripTime { get; private set; }

    public void SendDue(DatagramQueue outgoing, bool isControlling, ulong tieBreaker, CounterTable<IceCounter> counters, Instant now)
    {
        if (_isConnected)
        {
            if (_nextConsent > now) return;
            // Every consent check is a transaction of its own. (RFC 7675 §5.1)
            ref var check = ref _consent[_nextConsentSlot];
            _nextConsentSlot = (_nextConsentSlot + 1) % OutstandingConsentChecks;
            check = new Check { Remote = _selected };
            check.Begin(_random, now);
            _nextConsent = now + UnansweredInterval;
            Write(check, outgoing, isControlling, tieBreaker, counters);
            return;
        }
        foreach (ref var check in _candidates.AsSpan())
        {
            if (check.NextSend > now) continue;
            if (check.Sends is 0 or MaxSends) check.Begin(_random, now);
            else check.Sends++;
            var rto = InitialRto * (1 << (check.Sends - 1));
            check.NextSend = now + (rto < MaxRto ? rto : MaxRto);
            Write(check, outgoing, isControlling, tieBreaker, counters);
        }
    }

    /// <summary>What the response means; only <see cref="IceCounter.ChecksSucceeded"/> validates its source.</summary>
    public IceCounter HandleResponse(in StunMessage response, TransportAddress source, Instant now)
    {
        ref var check = ref Find(response.TransactionId);
        // Responses must come from where the check went. (RFC 8445 §7.2.5.2.1)
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref check) || check.Remote != source) return IceCounter.UnmatchedResponse;
        // Unauthenticated responses, errors too, are as if they had not come. (RFC 8489 §9.1.4)
        if (!_integrity.Verify(response)) return IceCounter.BadIntegrity;
        if (response.UnknownCount > 0) return IceCounter.UnknownAttribute;
        if (response.Type == StunMessageType.BindingError) return HandleError(response.ErrorCode, ref check, now);
        if (response.XorMappedAddress is null) return IceCounter.MalformedAttribute;

        // Only a transaction sent once tells the round trip: otherwise it is unclear which sending was answered. (RFC 6298 §3)
        if (check.Sends == 1) Measure(now - check.FirstSent);
        var sent = check.FirstSent;
        check = default;
        if (!_isConnected)
        {
            _isConnected = true;
            _selected = source;
        }
        _nextConsent = sent + ConsentInterval * (0.8 + 0.4 * (_random.NextUInt32() / (double)uint.MaxValue));
        if (_nextConsent < now) _nextConsent = now;
        return IceCounter.ChecksSucceeded;
    }

    public void Dispose() => _integrity.Dispose();

    private IceCounter HandleError(int code, ref Check check, Instant now)
    {
        if (code != (int)StunErrorCode.RoleConflict) return IceCounter.ErrorResponse;
        // Repeat at once in the other role, as a new transaction. (RFC 8445 §7.2.5.1)
        check.Sends = 0;
        check.NextSend = now;
        if (_isConnected) _nextConsent = now;
        return IceCounter.RoleConflict;
    }

    private ref Check Find(ReadOnlySpan<byte> transactionId)
    {
        foreach (ref var check in (_isConnected ? _consent : _candidates).AsSpan())
            if (check.Sends > 0 && check.Matches(transactionId)) return ref check;
        return ref System.Runtime.CompilerServices.Unsafe.NullRef<Check>();
    }

    private void Measure(TimeSpan sample) =>
        RoundTripTime = RoundTripTime is { } smoothed ? smoothed + (sample - smoothed) / 8 : sample;

    private void Write(in Check check, DatagramQueue outgoing, bool isControlling, ulong tieBreaker, CounterTable<IceCounter> counters)
    {
        var slot = outgoing.Reserve();
        if (slot.IsEmpty)
        {
            counters.Increment(IceCounter.QueueFull);
            return;
        }
        Span<byte> id = stackalloc byte[StunMessage.TransactionIdLength];
        check.CopyId(id);
        var request = new StunWriter(slot, StunMessageType.BindingRequest, id);
        request.AddUsername(_username);
        request.AddPriority(IcePriority.ForPeerReflexive(check.Remote.Protocol));
        if (isControlling) request.AddUseCandidate();
        request.AddRole(isControlling, tieBreaker);
        request.AddMessageIntegrity(_integrity);
        outgoing.Commit(request.Finish(), check.Remote);
    }

    private struct Check
    {
        private ulong _idStart;
        private uint _idEnd;

        public TransportAddress Remote;
        public Instant FirstSent;
        public Instant NextSend;
        public int Sends;

        public void Begin(IRandomSource random, Instant now)
        {
            // 96 random bits: nobody off the path can guess an answer. (RFC 8489 §5)
            _idStart = random.NextUInt64();
            _idEnd = random.NextUInt32();
            FirstSent = now;
            Sends = 1;
        }

        public readonly void CopyId(Span<byte> id)
        {
            BinaryPrimitives.WriteUInt64BigEndian(id, _idStart);
            BinaryPrimitives.WriteUInt32BigEndian(id[8..], _idEnd);
        }

        public readonly bool Matches(ReadOnlySpan<byte> id) =>
            BinaryPrimitives.ReadUInt64BigEndian(id) == _idStart && BinaryPrimitives.ReadUInt32BigEndian(id[8..]) == _idEnd;
    }
}
