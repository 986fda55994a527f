namespace Parley.Audio.Fitting;

/// <summary>How a detector did on clips whose truth is known, at the threshold 0.5.</summary>
public sealed class Evaluation
{
    /// <summary>The frames of the first half second, in which the noise is still being learnt, are not judged as silence.</summary>
    private const int Converging = 50;

    /// <summary>Nor are those of the 200 ms after speech: how soon its end is seen is told apart, by the release.</summary>
    private const int Tail = 20;

    public const float Threshold = 0.5f;

    private int _speech;
    private int _hits;
    private int _silence;
    private int _falseFrames;
    private int _alarms;
    private readonly List<int> _onsets = [];
    private readonly List<int> _releases = [];

    /// <summary>Part of the speech frames that are taken for speech.</summary>
    public double HitRate => (double)_hits / Math.Max(1, _speech);

    /// <summary>Part of the silence frames that are taken for speech.</summary>
    public double FalseAlarmRate => (double)_falseFrames / Math.Max(1, _silence);

    /// <summary>Runs of at least 30 ms taken for speech, in a minute of silence.</summary>
    public double AlarmsPerMinute => _alarms * 6000.0 / Math.Max(1, _silence);

    /// <summary>Frames from an utterance's first sound to the detection; the worst is long when it is missed.</summary>
    public IReadOnlyList<int> OnsetFrames => _onsets;

    public double OnsetMilliseconds(double quantile) => Milliseconds(_onsets, quantile);

    /// <summary>Time from an utterance's last frame of speech to the first frame that is taken for silence.</summary>
    public double ReleaseMilliseconds(double quantile) => Milliseconds(_releases, quantile);

    private static double Milliseconds(List<int> frames, double quantile)
    {
        var sorted = frames.Order().ToList();
        return sorted.Count == 0 ? 0 : 10 * sorted[Math.Min(sorted.Count - 1, (int)(quantile * sorted.Count))];
    }

    public void Run(SpeechDetector detector, Clip clip)
    {
        detector.Reset();
        var taken = new bool[clip.FrameCount];
        for (var f = 0; f < clip.FrameCount; f++) taken[f] = detector.Process(clip.Frame(f)) > Threshold;
        var run = 0;
        var sinceSpeech = Tail;
        for (var f = 0; f < clip.FrameCount; f++)
        {
            var isSpeech = clip.Truth[f] == FrameTruth.Speech;
            sinceSpeech = isSpeech ? 0 : sinceSpeech + 1;
            var isSilence = clip.Truth[f] == FrameTruth.Silence && f >= Converging && sinceSpeech > Tail;
            if (isSpeech) _speech++;
            if (isSpeech && taken[f]) _hits++;
            if (isSilence) _silence++;
            if (isSilence && taken[f]) _falseFrames++;
            run = isSilence && taken[f] ? run + 1 : 0;
            if (run == 3) _alarms++;
        }
        AddReleases(clip, taken);
        foreach (var onset in clip.Onsets) AddOnset(clip, taken, onset);
    }

    private void AddReleases(Clip clip, bool[] taken)
    {
        for (var f = 1; f < clip.FrameCount; f++)
        {
            if (clip.Truth[f] != FrameTruth.Silence || clip.Truth[f - 1] == FrameTruth.Silence) continue;
            var last = f - 1;
            while (last > 0 && clip.Truth[last] != FrameTruth.Speech) last--;
            var released = Array.IndexOf(taken, false, last + 1);
            if (released >= 0) _releases.Add(released - last - 1);
        }
    }

    private void AddOnset(Clip clip, bool[] taken, int onset)
    {
        // From the first frame that is loud enough to be called speech.
        var first = onset;
        while (first < clip.FrameCount && clip.Truth[first] != FrameTruth.Speech) first++;
        if (first > 0 && clip.Truth[first - 1] == FrameTruth.Either) first--;
        if (first + 30 >= clip.FrameCount) return;
        var detected = Array.IndexOf(taken, true, first);
        _onsets.Add((detected < 0 ? clip.FrameCount : detected) - first + 1);
    }
}
