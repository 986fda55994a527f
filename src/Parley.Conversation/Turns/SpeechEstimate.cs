namespace Parley.Conversation.Turns;

/// <summary>The speech detector's verdict on one frame of 10 ms.</summary>
/// <param name="Probability">Probability of speech, 0…1.</param>
/// <param name="Position">Where the frame ends in the session's input audio.</param>
public readonly record struct SpeechEstimate(float Probability, TimeSpan Position)
{
    public static readonly TimeSpan FrameDuration = TimeSpan.FromMilliseconds(10);
}

/// <summary>Enough evidence that somebody speaks.</summary>
/// <param name="StartedAt">Where the first frame of speech begins.</param>
/// <param name="Speech">How much speech was seen since then.</param>
public readonly record struct SpeechOnset(TimeSpan StartedAt, TimeSpan Speech);
