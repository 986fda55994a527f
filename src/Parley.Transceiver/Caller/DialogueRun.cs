namespace Parley.Transceiver.Caller;

/// <summary>Follows a dialogue on its line: hands on what comes, tells an observer, and keeps the record.</summary>
internal sealed class DialogueRun(ICallerLine line, DialogueConfig config, ICallerObserver? observer)
{
    private readonly Dialogue _dialogue = new(line, config);
    private readonly short[] _pcm = new short[VoiceCaller.HeardLength];
    private Instant _began = Instant.Never;
    private int _reported;
    private bool _isConnected;

    public bool IsOver => _dialogue.IsOver;

    /// <summary>Times of the record count from here.</summary>
    public void Begin(Instant now) => _began = now;

    /// <summary>After every input of the line.</summary>
    public void Follow(Instant now)
    {
        while (line.TryPollEvent(out var message))
        {
            observer?.EventReceived(message);
            _dialogue.HandleEvent(message, now);
        }
        while (line.TryPollHeard(now, _pcm, out var length, out var at))
        {
            observer?.Heard(_pcm.AsSpan(0, length));
            _dialogue.HandleHeard(_pcm.AsSpan(0, length), at);
        }
        _dialogue.Advance(now);
        if (line.IsConnected && !_isConnected)
        {
            _isConnected = true;
            observer?.Connected(now - _began);
        }
        for (; _reported < _dialogue.Turns.Count; _reported++) observer?.TurnEnded(_reported + 1, _dialogue.Turns[_reported]);
    }

    /// <param name="error">What the dialogue itself does not know; null: nothing.</param>
    public CallRecord RecordAt(Instant now, string? error) => new()
    {
        Connected = Since(_dialogue.ConnectedAt),
        SessionCreated = Since(_dialogue.SessionAt),
        FirstSound = Since(_dialogue.FirstSoundAt),
        Duration = Since(now) ?? TimeSpan.Zero,
        Turns = [.. _dialogue.Turns],
        Error = error ?? _dialogue.Error,
    };

    private TimeSpan? Since(Instant instant) => instant.IsNever || _began.IsNever ? null : instant - _began;
}
