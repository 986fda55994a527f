using Parley.Rtc.Sdp;
using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>
/// The pairs of one generation and the pacing of their checks: what a check asked for first, then the best that waits, one new
/// check each 50 ms; repeats have their own time. Bounded; a check allocates nothing. (RFC 8445 §6.1.2, §6.1.4, §14)
/// </summary>
internal sealed class IceCheckList(IceLocals locals, IRandomSource random)
{
    public const int MaxPeerReflexive = 8;
    public const int Capacity = RemoteCandidates.Capacity + MaxPeerReflexive;

    /// <summary>Pacing of new checks. (RFC 8445 §14.2, Ta)</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>Least retransmission time-out of a check, doubled at each repeat. (RFC 8445 §14.3)</summary>
    private static readonly TimeSpan InitialRto = TimeSpan.FromMilliseconds(500);

    /// <summary>Doubling ends here: a user is waiting, and the connect time-out ends the attempt. (Deviation: docs/design/ice.md)</summary>
    private static readonly TimeSpan MaxRto = TimeSpan.FromSeconds(2);

    /// <summary>Sends of one transaction. (RFC 8489 §6.2.1, Rc)</summary>
    private const int MaxSends = 7;

    private readonly List<IcePair> _pairs = [];
    private Instant _nextNew = new(0);

    public IReadOnlyList<IcePair> Pairs => _pairs;

    /// <summary>Only pairs of a greater priority than this are checked; 0 while nothing works.</summary>
    public ulong Floor { get; private set; }

    /// <summary>Something new waits: the next check does not date from before.</summary>
    public void MakeReady(Instant now)
    {
        if (_nextNew < now) _nextNew = now;
    }

    /// <summary>False when the candidate cannot be paired: its family or protocol is not ours, or there are too many.</summary>
    public bool TryAdd(in IceCandidate candidate)
    {
        if (Find(candidate.Address) is { } known)
        {
            if (known.Remote.Type == IceCandidateType.PeerReflexive) known.Remote = candidate;
            return true;
        }
        if (!locals.TryPair(candidate.Address, out var localPriority) || _pairs.Count == Capacity) return false;
        if (candidate.Type == IceCandidateType.PeerReflexive && _pairs.Count(pair => pair.Remote.Type == IceCandidateType.PeerReflexive) >= MaxPeerReflexive)
        {
            // The oldest that leads nowhere gives way.
            var oldest = _pairs.FindIndex(pair => pair.Remote.Type == IceCandidateType.PeerReflexive && pair.State != IcePairState.Succeeded);
            if (oldest < 0) return false;
            _pairs.RemoveAt(oldest);
        }
        _pairs.Add(new IcePair(candidate, localPriority));
        return true;
    }

    public IcePair? Find(TransportAddress address)
    {
        foreach (var pair in _pairs)
            if (pair.Address == address) return pair;
        return null;
    }

    public IcePair? FindTransaction(in StunMessage response)
    {
        foreach (var pair in _pairs)
            if (pair.Transaction.Matches(response)) return pair;
        return null;
    }

    /// <summary>A check goes there as soon as the pacing allows; one that is under way is repeated, once. (RFC 8445 §7.3.1.4)</summary>
    public void Trigger(IcePair pair, Instant now)
    {
        if (pair.IsTriggered || pair.State == IcePairState.Succeeded) return;
        pair.IsTriggered = true;
        MakeReady(now);
        if (pair.State == IcePairState.InProgress) pair.NextSend = now;
        else pair.State = IcePairState.Waiting;
    }

    /// <summary>A pair works: from now on only better ones are checked, and each of them in one transaction only. (RFC 8445 §8.1.2)</summary>
    public void Settle(ulong floor) => Floor = floor;

    /// <summary>What worked is silent: everything is tried again.</summary>
    public void Reopen(TransportAddress silent, Instant now)
    {
        Floor = 0;
        MakeReady(now);
        foreach (var pair in _pairs)
        {
            // What is silent is asked by the consent checks all the time.
            pair.State = pair.Address == silent ? IcePairState.Succeeded : IcePairState.Waiting;
            pair.Transaction = default;
            pair.IsTriggered = false;
        }
    }

    /// <summary>A check was refused for its role: it is repeated at once in the other one, as a new transaction. (RFC 8445 §7.2.5.1)</summary>
    public void Repeat(IcePair pair, Instant now)
    {
        MakeReady(now);
        pair.State = IcePairState.Waiting;
        pair.IsTriggered = true;
        pair.Transaction = default;
    }

    /// <summary>When <see cref="SendDue"/> has something to send.</summary>
    public Instant NextCheck(bool isControlling)
    {
        var next = Instant.Never;
        foreach (var pair in _pairs)
        {
            if (!IsWanted(pair, isControlling)) continue;
            if (pair.State == IcePairState.Waiting) next = Instant.Earlier(next, _nextNew);
            else if (pair.State == IcePairState.InProgress) next = Instant.Earlier(next, pair.NextSend);
        }
        return next;
    }

    public void SendDue(IceOutbox outbox, IceRemote remote, IceRole role, Instant now)
    {
        foreach (var pair in _pairs)
        {
            if (pair.State != IcePairState.InProgress || pair.NextSend > now || !IsWanted(pair, role.IsControlling)) continue;
            if (pair.Transaction.Sends < MaxSends) pair.Transaction.Sends++;
            else
            {
                // As long as nothing works, an attempt that got no answer is followed by the next.
                pair.IsTriggered = false;
                if (Floor > 0)
                {
                    pair.State = IcePairState.Failed;
                    continue;
                }
                pair.Transaction.Begin(random, now);
            }
            Send(pair, outbox, remote, role, now);
        }
        if (_nextNew > now || NextNew(role.IsControlling) is not { } begun) return;
        _nextNew = now + Pace;
        begun.State = IcePairState.InProgress;
        begun.Transaction.Begin(random, now);
        Send(begun, outbox, remote, role, now);
    }

    private void Send(IcePair pair, IceOutbox outbox, IceRemote remote, IceRole role, Instant now)
    {
        var rto = Rto * (1 << (pair.Transaction.Sends - 1));
        pair.NextSend = now + (rto < MaxRto ? rto : MaxRto);
        outbox.WriteCheck(ref pair.Transaction, remote, pair.Address, IsBest(pair, role.IsControlling), role);
    }

    /// <summary>Grows with the number of checks that run at the same time. (RFC 8445 §14.3)</summary>
    private TimeSpan Rto
    {
        get
        {
            var busy = 0;
            foreach (var pair in _pairs)
                if (pair.State is IcePairState.Waiting or IcePairState.InProgress) busy++;
            return Pace * busy > InitialRto ? Pace * busy : InitialRto;
        }
    }

    private IcePair? NextNew(bool isControlling)
    {
        IcePair? best = null;
        foreach (var pair in _pairs)
        {
            if (pair.State != IcePairState.Waiting || !IsWanted(pair, isControlling)) continue;
            if (best is null || (pair.IsTriggered && !best.IsTriggered)
                || (pair.IsTriggered == best.IsTriggered && pair.PriorityAs(isControlling) > best.PriorityAs(isControlling)))
                best = pair;
        }
        return best;
    }

    /// <summary>What the remote nominates is checked whatever else works; it waits for our answer. (RFC 8445 §7.3.1.5)</summary>
    private bool IsWanted(IcePair pair, bool isControlling) =>
        Floor == 0 || (pair.IsNominated && !isControlling) || pair.IsTriggered || pair.PriorityAs(isControlling) > Floor;

    /// <summary>
    /// Nothing better can come after the best pair, so it is nominated by its first check: that saves a round trip towards agents that send
    /// nothing before. The others are nominated when they are chosen. (RFC 8445 §8.1.1)
    /// </summary>
    private bool IsBest(IcePair pair, bool isControlling)
    {
        foreach (var other in _pairs)
            if (other != pair && other.State != IcePairState.Failed && other.PriorityAs(isControlling) >= pair.PriorityAs(isControlling)) return false;
        return true;
    }
}
