using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>Asks the selected path again and again whether packets are still wanted; for a full agent. (RFC 7675 §5.1)</summary>
internal sealed class IceConsent(IRandomSource random)
{
    /// <summary>Mean interval of consent checks, times 0.8…1.2. (RFC 7675 §5.1)</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>An unanswered consent check is followed by the next this soon, until one is answered.</summary>
    private static readonly TimeSpan UnansweredInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Checks whose late answers still count.</summary>
    private const int Outstanding = 8;

    /// <summary>So many without an answer, and the path is silent.</summary>
    private const int SilentAfter = 8;

    private readonly IceTransaction[] _checks = new IceTransaction[Outstanding];
    private int _nextSlot;
    private int _unanswered;

    /// <summary>When <see cref="SendDue"/> is to be called.</summary>
    public Instant Next { get; private set; } = Instant.Never;

    public TransportAddress Target { get; private set; }

    /// <summary>Several checks in a row got no answer.</summary>
    public bool IsSilent => _unanswered >= SilentAfter;

    /// <summary>Another path is selected.</summary>
    /// <param name="target">Its remote address.</param>
    /// <param name="lastAnswered">When the check was sent whose answer came last; <see cref="Instant.Never"/> to ask at once.</param>
    /// <param name="now">The present.</param>
    public void MoveTo(TransportAddress target, Instant lastAnswered, Instant now)
    {
        Target = target;
        Array.Clear(_checks);
        _unanswered = 0;
        Next = lastAnswered.IsNever ? now : After(lastAnswered, now);
    }

    public void SendDue(IceOutbox outbox, IceRemote remote, IceRole role, Instant now)
    {
        if (Next > now) return;
        // Every consent check is a transaction of its own. (RFC 7675 §5.1)
        ref var check = ref _checks[_nextSlot];
        _nextSlot = (_nextSlot + 1) % Outstanding;
        check.Begin(random, now);
        _unanswered++;
        Next = now + UnansweredInterval;
        // Nominating again costs nothing, and repairs a nomination that was lost.
        outbox.WriteCheck(ref check, remote, Target, isNominating: true, role);
    }

    /// <summary>The check that a response answers; a null reference when none.</summary>
    public ref IceTransaction Find(in StunMessage response)
    {
        foreach (ref var check in _checks.AsSpan())
            if (check.Matches(response)) return ref check;
        return ref System.Runtime.CompilerServices.Unsafe.NullRef<IceTransaction>();
    }

    public void HandleAnswer(Instant sent, Instant now)
    {
        _unanswered = 0;
        Next = After(sent, now);
    }

    /// <summary>A check was refused for its role: it is repeated at once in the other one.</summary>
    public void Repeat(Instant now) => Next = now;

    private Instant After(Instant sent, Instant now)
    {
        var next = sent + Interval * (0.8 + 0.4 * (random.NextUInt32() / (double)uint.MaxValue));
        return next < now ? now : next;
    }
}
