namespace Parley.Conversation.Turns;

/// <summary>A turn is over after a fixed length of silence, measured in audio rather than in time of arrival.</summary>
/// <param name="threshold">Probability from which a frame is speech, 0…1.</param>
public sealed class SilenceEndPolicy(double threshold, TimeSpan silence) : IEndOfTurnPolicy
{
    // Once somebody speaks, a soft syllable keeps the turn alive that would not have begun it.
    private const double Hysteresis = 0.15;

    private readonly double _keepAlive = Math.Max(threshold - Hysteresis, 0.01);
    private TimeSpan _lastSpeech;
    private TimeSpan _newest;

    public TimeSpan RemainingPatience => silence - (_newest - _lastSpeech);

    public void Begin(TimeSpan position) => _lastSpeech = _newest = position;

    public TurnProgress HandleFrame(SpeechEstimate frame)
    {
        _newest = frame.Position;
        if (frame.Probability >= _keepAlive)
        {
            _lastSpeech = frame.Position;
            return TurnProgress.Speaking;
        }
        return _newest - _lastSpeech >= silence ? TurnProgress.Ended : TurnProgress.Pausing;
    }
}
