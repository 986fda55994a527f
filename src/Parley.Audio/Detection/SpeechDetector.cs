namespace Parley.Audio;

/// <summary>
/// Tells for each 10 ms of 16 kHz audio how likely somebody is speaking. Causal, with no hangover: a pause between words is
/// a pause here; when a turn is over is for the turn-taker to say. Owned by one thread; allocates nothing per frame.
/// </summary>
public sealed class SpeechDetector
{
    /// <summary>Hz.</summary>
    public const int SampleRate = 16000;

    /// <summary>Samples of one frame, 10 ms.</summary>
    public const int FrameLength = SpeechFeatures.FrameLength;

    private readonly SpeechModel _model;
    private readonly SpeechFeatures _features = new();
    private readonly float[] _values = new float[SpeechFeatures.Count];

    public SpeechDetector()
        : this(SpeechModel.Fitted)
    {
    }

    internal SpeechDetector(SpeechModel model) => _model = model;

    /// <summary>The probability of speech, 0…1, at the end of <paramref name="frame"/>.</summary>
    /// <exception cref="ArgumentException">The frame has not exactly <see cref="FrameLength"/> samples.</exception>
    public float Process(ReadOnlySpan<short> frame)
    {
        if (frame.Length != FrameLength) throw new ArgumentException("A frame is 160 samples.", nameof(frame));
        _features.Advance(frame, _values);
        return _model.Probability(_values);
    }

    /// <summary>Forgets the past, as at the start of a call.</summary>
    public void Reset() => _features.Reset();
}
