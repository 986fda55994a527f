namespace Parley.Conversation.Turns;

/// <summary>
/// A turn is over after a silence whose length depends on what was said: short after a whole sentence, long after half of one.
/// Silence is measured in audio. Where the recogniser says nothing before the end, a silence of one length decides.
/// </summary>
/// <param name="threshold">Probability from which a frame is speech, 0…1.</param>
public sealed class SemanticEndPolicy(double threshold, SemanticPatience patience) : IEndOfTurnPolicy
{
    // Once somebody speaks, a soft syllable keeps the turn alive that would not have begun it.
    private const double Hysteresis = 0.15;

    private readonly double _keepAlive = Math.Max(threshold - Hysteresis, 0.01);
    private TimeSpan _lastSpeech;
    private TimeSpan _newest;
    private WordsState _words;
    private TimeSpan _wordsAt;

    public TimeSpan RemainingPatience => Patience - (_newest - _lastSpeech);

    private TimeSpan Patience => _words switch
    {
        WordsState.None => patience.WithoutWords,
        // What was understood before the last sound lacks the last words.
        _ when _wordsAt < _lastSpeech => patience.Unclear,
        WordsState.Finished => patience.Finished,
        WordsState.Unfinished => patience.Unfinished,
        _ => patience.Unclear,
    };

    public void Begin(TimeSpan position)
    {
        _lastSpeech = _newest = position;
        _words = WordsState.None;
    }

    public void HandleWords(string words)
    {
        _words = Sentence.Judge(words);
        _wordsAt = _newest;
    }

    public TurnProgress HandleFrame(SpeechEstimate frame)
    {
        _newest = frame.Position;
        if (frame.Probability >= _keepAlive)
        {
            _lastSpeech = frame.Position;
            return TurnProgress.Speaking;
        }
        return _newest - _lastSpeech >= Patience ? TurnProgress.Ended : TurnProgress.Pausing;
    }
}
