namespace Parley.Conversation.Turns;

/// <summary>
/// Decides whose turn it is. Start of turn, end of turn and barge-in are three policies, each replaceable; the turn taker
/// knows which of them is asked when. Decisions follow positions in the audio, so bursts and jitter do not move them; only
/// audio that stops arriving is judged by time. Pure, single-threaded, allocates nothing per frame.
/// </summary>
public sealed class TurnTaker(IStartOfTurnPolicy start, IEndOfTurnPolicy end, IBargeInPolicy bargeIn, TurnLimits limits)
{
    private IStartOfTurnPolicy _start = start;
    private IEndOfTurnPolicy _end = end;
    private IBargeInPolicy _bargeIn = bargeIn;
    private TurnLimits _limits = limits;
    private TimeSpan _newest;
    private TimeSpan _lastTurnEnd;
    private TimeSpan _startedAt;
    private TimeSpan _speech;
    private Instant _stalledAt = Instant.Never;

    public bool IsUserSpeaking { get; private set; }

    public Deadline NextDeadline => IsUserSpeaking ? new Deadline(_stalledAt, "turns.Stall") : Deadline.None;

    /// <summary>One frame. A frame that is not newer than the last one is ignored.</summary>
    public TurnDecision HandleSpeech(SpeechEstimate frame, bool isAgentAudible, Instant now)
    {
        if (frame.Position <= _newest) return TurnDecision.None;
        _newest = frame.Position;
        return IsUserSpeaking ? FollowTurn(frame, now) : AwaitTurn(frame, isAgentAudible, now);
    }

    /// <summary>What the recogniser understood so far of the turn that is under way.</summary>
    public void HandleWords(string words)
    {
        if (IsUserSpeaking) _end.HandleWords(words);
    }

    /// <summary>Ends a turn whose audio stopped arriving.</summary>
    public TurnDecision HandleTimeout(Instant now) =>
        IsUserSpeaking && _stalledAt <= now ? Finish() : TurnDecision.None;

    /// <summary>Somebody else ended the turn, or took the audio so far: the next turn begins after it.</summary>
    public void Reset()
    {
        IsUserSpeaking = false;
        _stalledAt = Instant.Never;
        _lastTurnEnd = _newest;
        _start.Reset();
        _bargeIn.Reset();
    }

    /// <summary>Other policies from now on. A turn that is under way goes on under the new ones.</summary>
    public void Replace(IStartOfTurnPolicy start, IEndOfTurnPolicy end, IBargeInPolicy bargeIn, TurnLimits limits)
    {
        (_start, _end, _bargeIn, _limits) = (start, end, bargeIn, limits);
        if (IsUserSpeaking) _end.Begin(_newest);
    }

    private TurnDecision AwaitTurn(SpeechEstimate frame, bool isAgentAudible, Instant now)
    {
        // Both see every frame, so that either has its evidence at hand when the agent begins or ends.
        var starts = _start.HandleFrame(frame, out var startOnset);
        var bargesIn = _bargeIn.HandleFrame(frame, out var bargeInOnset);
        if (!(isAgentAudible ? bargesIn : starts)) return TurnDecision.None;

        var onset = isAgentAudible ? bargeInOnset : startOnset;
        IsUserSpeaking = true;
        _speech = onset.Speech;
        _end.Begin(frame.Position);
        _startedAt = Later(onset.StartedAt - _limits.PrefixPadding, _lastTurnEnd);
        ExpectAudio(now);
        return new TurnDecision(TurnDecisionKind.SpeechStarted, _startedAt);
    }

    private TurnDecision FollowTurn(SpeechEstimate frame, Instant now)
    {
        var progress = _end.HandleFrame(frame);
        if (progress == TurnProgress.Speaking) _speech += SpeechEstimate.FrameDuration;
        if (progress == TurnProgress.Ended || frame.Position - _startedAt >= _limits.MaxDuration) return Finish();
        ExpectAudio(now);
        return TurnDecision.None;
    }

    private TurnDecision Finish()
    {
        var kind = _speech < _limits.MinSpeech ? TurnDecisionKind.SpeechDismissed : TurnDecisionKind.SpeechEnded;
        Reset();
        return new TurnDecision(kind, _newest);
    }

    private void ExpectAudio(Instant now) => _stalledAt = now + _end.RemainingPatience + _limits.StallGrace;

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
