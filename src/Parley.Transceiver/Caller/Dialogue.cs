using System.Text;
using System.Text.Json;

namespace Parley.Transceiver.Caller;

/// <summary>
/// Leads a caller through turns: says one, hears the answer out, says the next, and measures how long each answer took
/// to be heard. Where the server tells by events when it speaks, they decide when an answer is over; elsewhere, as with an echo, silence
/// does. Pure; <see cref="Advance"/> is called after every input of the caller, which comes every 10 ms once it is connected.
/// </summary>
public sealed class Dialogue(ICallerLine caller, DialogueConfig config)
{
    private enum Phase
    {
        Connecting,
        Greeting,
        Speaking,
        Waiting,
        Answering,
        Listening,
        Over,
    }

    /// <summary>Before the first word of the call.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(300);

    /// <summary>A server that has sent no session by then has none.</summary>
    private static readonly TimeSpan SessionPatience = TimeSpan.FromSeconds(1.5);

    /// <summary>Silence after which an answer is over: where the server says that it has stopped, where it says nothing.</summary>
    private static readonly TimeSpan ShortSilence = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(1.5);

    /// <summary>What is heard so shortly before the end of a turn goes on after it.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMilliseconds(150);

    private readonly List<TurnReport> _turns = [];
    private readonly ServerState _server = new();
    private Phase _phase;
    private int _next;
    private Instant _phaseBegan;
    private Instant _spokeUntil = Instant.Never;
    private Instant _firstSound = Instant.Never;
    private Instant _lastSound = Instant.Never;
    private bool _isOverlapped;

    public bool IsOver => _phase == Phase.Over;

    /// <summary>Why the dialogue did not come to its end; null when it did.</summary>
    public string? Error { get; private set; }

    public IReadOnlyList<TurnReport> Turns => _turns;

    public Instant ConnectedAt { get; private set; } = Instant.Never;

    public Instant SessionAt { get; private set; } = Instant.Never;

    /// <summary>The first audible sample of the call.</summary>
    public Instant FirstSoundAt { get; private set; } = Instant.Never;

    /// <summary>A message of the data channel; what is no server event is passed over.</summary>
    public void HandleEvent(ReadOnlySpan<byte> utf8Json, Instant now)
    {
        var hadSession = _server.HasSession;
        if (_server.Handle(utf8Json) is { } failure) Fail(failure);
        if (_server.HasSession && !hadSession) SessionAt = now;
    }

    /// <summary>What is heard: the 10 ms that sound from <paramref name="at"/> on.</summary>
    public void HandleHeard(ReadOnlySpan<short> pcm, Instant at)
    {
        var first = pcm.IndexOfAnyExceptInRange((short)-VoiceCaller.AudibleLevel, (short)VoiceCaller.AudibleLevel);
        if (first < 0) return;
        var begins = at + TimeSpan.FromTicks(first * TimeSpan.TicksPerSecond / VoiceCaller.SampleRate);
        if (FirstSoundAt.IsNever) FirstSoundAt = begins;
        if (_phase == Phase.Listening && config.Turns.Count == 0) NoteLive(begins);
        _lastSound = begins;
        if (_phase != Phase.Waiting) return;
        _firstSound = begins;
        Enter(Phase.Answering, begins);
    }

    /// <summary>Takes the next step when it is time for it.</summary>
    public void Advance(Instant now)
    {
        if (_phase == Phase.Over) return;
        if (caller.EndedBy is { } reason) Fail($"The connection ended: {reason}.");
        switch (_phase)
        {
            case Phase.Connecting when caller.IsConnected:
                ConnectedAt = now;
                Enter(Phase.Greeting, now);
                break;
            case Phase.Greeting when IsGreeted(now):
                Next(now);
                break;
            case Phase.Speaking when !caller.IsSpeaking:
                EndOfSpeech(now);
                break;
            case Phase.Waiting:
                if (IsLast && now - _spokeUntil >= config.ListenAfter) EndTurn(now);
                else if (now - _spokeUntil > config.AnswerTimeout && !(IsLast && config.ListenAfter is not null)) FailUnanswered();
                break;
            case Phase.Answering:
                if (config.EndsAtFirstSound || IsAnswerOver(now)) EndTurn(now);
                break;
            case Phase.Listening when config.ListenAfter is { } length && now - _phaseBegan >= length:
                Enter(Phase.Over, now);
                break;
        }
    }

    private bool IsLast => _next == config.Turns.Count;

    private bool IsGreeted(Instant now)
    {
        if (_server.HasSession) return now - SessionAt >= Breath;
        if (now - ConnectedAt < SessionPatience) return false;
        if (config.Turns.Count == 0 || config.Turns[0] is SpokenTurn || caller.IsChannelOpen) return true;
        if (now - ConnectedAt > config.AnswerTimeout) Fail("The server opened no data channel to write into.");
        return false;
    }

    private void Next(Instant now)
    {
        if (config.Turns.Count == 0)
        {
            Enter(Phase.Listening, now);
            return;
        }
        _server.BeginTurn();
        _firstSound = _lastSound = Instant.Never;
        _isOverlapped = false;
        switch (config.Turns[_next++])
        {
            case SpokenTurn spoken:
                caller.Say(spoken.Samples);
                Enter(Phase.Speaking, now);
                break;
            case TypedTurn typed:
                var text = JsonEncodedText.Encode(typed.Text);
                Send($$$"""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"{{{text}}}"}]}}""", now);
                Send("""{"type":"response.create"}""", now);
                _spokeUntil = now;
                Enter(Phase.Waiting, now);
                break;
        }
    }

    private void EndOfSpeech(Instant now)
    {
        // Of a turn without an audible sample, the end is as good as any.
        _spokeUntil = caller.SpokeUntil.IsNever || caller.SpokeUntil < _phaseBegan ? now : caller.SpokeUntil;
        _isOverlapped = !_lastSound.IsNever && _lastSound + Overlap >= _spokeUntil;
        if (_isOverlapped) _firstSound = _spokeUntil;
        Enter(_isOverlapped ? Phase.Answering : Phase.Waiting, now);
    }

    private bool IsAnswerOver(Instant now)
    {
        if (IsLast && config.ListenAfter is { } length) return now - _spokeUntil >= length;
        // Where audio comes within the events it comes ahead of time: what is left of it is known here.
        var (isKnown, hasLeft) = (_server.TellsWhenItSpeaks || caller.HasAudioLeft is not null, caller.HasAudioLeft == true);
        return !_server.IsBusy && !hasLeft && now - _lastSound >= (isKnown ? ShortSilence : LongSilence);
    }

    private void EndTurn(Instant now)
    {
        Report();
        if (_next < config.Turns.Count) Next(now);
        else Enter(Phase.Over, now);
    }

    private void Report()
    {
        var wasHeard = !_firstSound.IsNever;
        _turns.Add(new TurnReport
        {
            Label = config.Turns[_next - 1].Label,
            Latency = wasHeard && !_isOverlapped ? _firstSound - _spokeUntil : null,
            IsOverlapped = _isOverlapped,
            AnswerLength = wasHeard ? _lastSound - _firstSound : null,
            Understood = _server.Understood,
            Answer = _server.Answer,
        });
    }

    /// <summary>With a microphone nobody knows the turns: an answer is sound after a silence.</summary>
    private void NoteLive(Instant begins)
    {
        if (caller.SpokeUntil.IsNever || (!_lastSound.IsNever && begins - _lastSound < LongSilence)) return;
        _turns.Add(new TurnReport { Label = "microphone", Latency = begins > caller.SpokeUntil ? begins - caller.SpokeUntil : null });
    }

    private void Send(string json, Instant now)
    {
        if (!caller.TrySendEvent(Encoding.UTF8.GetBytes(json), now)) Fail("The data channel did not take an event.");
    }

    private void FailUnanswered()
    {
        Report();
        Fail(FormattableString.Invariant($"Turn {_next} was not answered within {config.AnswerTimeout.TotalSeconds:0.#} s."));
    }

    private void Fail(string error)
    {
        if (_phase == Phase.Over) return;
        Error = error;
        _phase = Phase.Over;
    }

    private void Enter(Phase phase, Instant now)
    {
        _phase = phase;
        _phaseBegan = now;
    }
}
