using Parley.Conversation.Turns;
using Parley.Realtime.Protocol;
using Parley.Realtime.Replies;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Input;

/// <summary>
/// The input audio buffer: the audio since the last commit or clear, and the utterance in it. Turns come from the turn taker,
/// or from the client when turn detection is off.
/// </summary>
internal sealed class InputAudio
{
    private const float ManualSpeechThreshold = 0.5f;

    private static readonly TimeSpan MinCommit = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ManualPadding = TimeSpan.FromMilliseconds(300);

    private readonly SessionContext _context;
    private readonly Utterances _utterances;
    private readonly Responses _responses;
    private readonly SpokenItems _spoken;
    private readonly TurnTaker _turns;
    private TimeSpan _bufferStart;
    private TimeSpan _position;
    private Utterance? _open;

    public InputAudio(SessionContext context, Utterances utterances, Responses responses, SpokenItems spoken)
    {
        (_context, _utterances, _responses, _spoken) = (context, utterances, responses, spoken);
        _turns = TurnTakers.Create(context.Settings.TurnDetection ?? TurnDetectionSettings.ServerVad);
    }

    public bool IsUserSpeaking => _turns.IsUserSpeaking;

    public Deadline NextDeadline => _turns.NextDeadline;

    private TurnDetectionSettings? Detection => _context.Settings.TurnDetection;

    /// <summary>Called for each 10 ms.</summary>
    public void HandleSpeech(float probability, TimeSpan position, Instant now)
    {
        if (position <= _position) return;
        _position = position;
        if (Detection is null) HandleManualSpeech(probability);
        else Follow(_turns.HandleSpeech(new SpeechEstimate(probability, position), _spoken.IsAudibleAt(now), now), now);
    }

    /// <summary>What the recogniser understood so far of an utterance, which may be the turn that is under way.</summary>
    public void HandleWords(string itemId, string words)
    {
        if (_open?.ItemId == itemId) _turns.HandleWords(words);
    }

    public void HandleTimeout(Instant now) => Follow(_turns.HandleTimeout(now), now);

    /// <summary>The session's settings changed from <paramref name="previous"/>.</summary>
    public void HandleSettingsChanged(TurnDetectionSettings? previous)
    {
        if (Detection == previous) return;
        if (Detection is { } detection)
        {
            if (previous is null) DropOpenUtterance();
            TurnTakers.Reconfigure(_turns, detection);
        }
        else
        {
            // A turn that is under way stays in the buffer: from now on the client decides where it ends.
            _turns.Reset();
        }
    }

    /// <summary>The client takes what is in the buffer as the user's turn. Null when that worked; otherwise why not.</summary>
    public RealtimeError? Commit()
    {
        var duration = _position - _bufferStart;
        if (duration < MinCommit)
            return RealtimeError.Invalid("input_audio_buffer_commit_empty", FormattableString.Invariant(
                $"Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has {duration.TotalMilliseconds:0.00}ms of audio."));
        var utterance = _open ?? _utterances.Begin(Later(_bufferStart, _position - RealtimeSession.MaxLookback));
        return TryCommit(utterance) ? null : ConversationFull();
    }

    public void Clear()
    {
        DropOpenUtterance();
        _bufferStart = _position;
        _turns.Reset();
        _context.Events.InputCleared();
    }

    /// <summary>The user says nothing for so long that the model is to speak: an empty turn is committed.</summary>
    public void HandleIdle(Instant now)
    {
        var utterance = _utterances.BeginSilent(_position);
        _context.Events.TimeoutTriggered(utterance.ItemId, _bufferStart, _position);
        if (TryCommit(utterance)) CreateResponse(now);
    }

    public void DropOpenUtterance()
    {
        if (_open is { } open) _utterances.Discard(open.ItemId);
        _open = null;
    }

    private void HandleManualSpeech(float probability)
    {
        // The silence before the first word need not be recognised.
        if (_open is null && probability >= ManualSpeechThreshold)
            _open = _utterances.Begin(Later(_bufferStart, _position - SpeechEstimate.FrameDuration - ManualPadding));
    }

    private void Follow(TurnDecision decision, Instant now)
    {
        switch (decision.Kind)
        {
            case TurnDecisionKind.SpeechStarted:
                // Where audio was lost, a turn may seem to begin longer ago than anybody keeps audio for.
                _open = _utterances.Begin(Later(Later(decision.Position, _bufferStart), _position - RealtimeSession.MaxLookback));
                _context.Events.SpeechStarted(_open.ItemId, _open.From);
                if (Detection!.InterruptsResponse) _responses.Interrupt(CancelReason.TurnDetected, now);
                break;
            case TurnDecisionKind.SpeechEnded:
                var ended = _open!;
                _context.Events.SpeechStopped(ended.ItemId, decision.Position);
                if (!TryCommit(ended)) _context.Events.Error(ConversationFull(), clientEventId: null);
                else if (Detection!.CreatesResponse && _context.Settings.Kind == SessionKind.Realtime) CreateResponse(now);
                break;
            case TurnDecisionKind.SpeechDismissed:
                _context.Events.SpeechStopped(_open!.ItemId, decision.Position);
                DropOpenUtterance();
                _bufferStart = _position;
                _context.Events.InputCleared();
                break;
        }
    }

    private bool TryCommit(Utterance utterance)
    {
        _open = null;
        _bufferStart = _position;
        _turns.Reset();
        return _utterances.TryCommit(utterance, _position);
    }

    private void CreateResponse(Instant now)
    {
        if (_responses.Create(new ResponseOptions(_context.Settings), now) is { } error) _context.Events.Error(error, clientEventId: null);
    }

    private static RealtimeError ConversationFull() =>
        RealtimeError.Server("conversation_full", "The conversation can hold no more items: delete some.");

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
