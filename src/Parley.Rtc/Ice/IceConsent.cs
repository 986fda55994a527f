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

    /// <summary>A path that packets came on is asked at once when it has been quiet for so long: far more than a speaker's packets or reports are apart.</summary>
    private static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Between checks of a path that has gone quiet, and how many without an answer make it silent.</summary>
    private static readonly TimeSpan QuietInterval = TimeSpan.FromMilliseconds(250);

    private const int QuietSilentAfter = 3;

    private readonly IceTransaction[] _checks = new IceTransaction[Outstanding];
    private int _nextSlot;
    private int _unanswered;
    private Instant _next = Instant.Never;
    private Instant _lastHeard = new(0);
    private bool _isQuiet;

    /// <summary>When <see cref="SendDue"/> is to be called.</summary>
    public Instant Next => IsLively ? Instant.Earlier(_next, _lastHeard + QuietTime) : _next;

    /// <summary>Packets come on the path, one soon after the other: if they cease, something may have happened to it.</summary>
    public bool IsLively { get; private set; }

    public TransportAddress Target { get; private set; }

    /// <summary>Several checks in a row got no answer.</summary>
    public bool IsSilent => _unanswered >= (_isQuiet ? QuietSilentAfter : SilentAfter);

    /// <summary>Another path is selected.</summary>
    /// <param name="target">Its remote address.</param>
    /// <param name="lastAnswered">When the check was sent whose answer came last; <see cref="Instant.Never"/> to ask at once.</param>
    /// <param name="now">The present.</param>
    public void MoveTo(TransportAddress target, Instant lastAnswered, Instant now)
    {
        Target = target;
        Array.Clear(_checks);
        _unanswered = 0;
        _isQuiet = IsLively = false;
        _next = lastAnswered.IsNever ? now : After(lastAnswered, now);
    }

    /// <summary>An authentic packet, of media or its control, came on the path.</summary>
    public void HandleHeard(Instant now)
    {
        IsLively |= now - _lastHeard < QuietTime;
        _lastHeard = now;
        // What is silent stays so until it answers: by then another path may have been found.
        if (!IsSilent) _isQuiet = false;
    }

    public void SendDue(IceOutbox outbox, IceRemote remote, IceRole role, Instant now)
    {
        if (Next > now) return;
        if (IsLively && now >= _lastHeard + QuietTime) (_isQuiet, IsLively) = (true, false);
        // Every consent check is a transaction of its own. (RFC 7675 §5.1)
        ref var check = ref _checks[_nextSlot];
        _nextSlot = (_nextSlot + 1) % Outstanding;
        check.Begin(random, now);
        _unanswered++;
        _next = now + (_isQuiet ? QuietInterval : UnansweredInterval);
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
        _isQuiet = false;
        _next = After(sent, now);
    }

    /// <summary>A check was refused for its role: it is repeated at once in the other one.</summary>
    public void Repeat(Instant now) => _next = now;

    private Instant After(Instant sent, Instant now)
    {
        var next = sent + Interval * (0.8 + 0.4 * (random.NextUInt32() / (double)uint.MaxValue));
        return next < now ? now : next;
    }
}
