namespace Parley.Audio.Fitting;

/// <summary>A stretch of 16 kHz audio with what it truly holds in each frame of 10 ms.</summary>
public sealed class Clip(short[] samples, FrameTruth[] truth, int[] onsets)
{
    public short[] Samples { get; } = samples;

    public FrameTruth[] Truth { get; } = truth;

    /// <summary>Frames in which an utterance begins after a pause.</summary>
    public int[] Onsets { get; } = onsets;

    public int FrameCount => Truth.Length;

    public ReadOnlySpan<short> Frame(int index) => Samples.AsSpan(index * SpeechDetector.FrameLength, SpeechDetector.FrameLength);
}

public enum FrameTruth
{
    Silence,

    /// <summary>An edge, a short pause between words, an echo's tail: neither answer is wrong.</summary>
    Either,
    Speech,
}
