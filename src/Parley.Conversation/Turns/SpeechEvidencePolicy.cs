using System.Numerics;

namespace Parley.Conversation.Turns;

/// <summary>
/// A turn begins when enough of the newest frames are speech. The frames are placed by their audio position, so it makes no
/// difference whether they arrive one by one or in a burst, and a frame that never came counts as silence.
/// </summary>
/// <param name="threshold">Probability from which a frame is speech, 0…1.</param>
/// <param name="required">Frames of speech that are enough.</param>
/// <param name="window">Newest frames that are looked at, at most 64.</param>
public sealed class SpeechEvidencePolicy(double threshold, int required, int window) : IStartOfTurnPolicy, IBargeInPolicy
{
    private readonly ulong _mask = window >= 64 ? ulong.MaxValue : (1UL << window) - 1;
    private ulong _frames;
    private TimeSpan _newest;

    /// <summary>80 ms of speech within 100 ms: longer than a click, shorter than a syllable.</summary>
    public static SpeechEvidencePolicy ForStart(double threshold) => new(threshold, required: 8, window: 10);

    /// <summary>140 ms of speech within 200 ms: the agent is not cut off by a click, a breath or the onset of its own echo.</summary>
    public static SpeechEvidencePolicy ForBargeIn(double threshold) => new(threshold, required: 14, window: 20);

    public bool HandleFrame(SpeechEstimate frame, out SpeechOnset onset)
    {
        onset = default;
        var steps = (frame.Position - _newest).Ticks / SpeechEstimate.FrameDuration.Ticks;
        if (steps <= 0) return false;
        _newest = frame.Position;
        _frames = steps >= 64 ? 0 : (_frames << (int)steps) & _mask;
        if (frame.Probability >= threshold) _frames |= 1;

        var speechFrames = BitOperations.PopCount(_frames);
        if (speechFrames < required) return false;
        var oldest = BitOperations.Log2(_frames) + 1;
        onset = new SpeechOnset(frame.Position - oldest * SpeechEstimate.FrameDuration, speechFrames * SpeechEstimate.FrameDuration);
        return true;
    }

    public void Reset() => _frames = 0;
}
