namespace Parley.Speech.Embedded;

/// <summary>
/// Notices when a speaker falls silent: 200 ms that are much quieter than the loudest of what went before. Says so once for each pause.
/// Not thread-safe.
/// </summary>
internal sealed class PauseDetector
{
    /// <summary>Samples of one frame, 10 ms of 16 kHz.</summary>
    private const int FrameLength = 160;

    private const int FramesOfPause = 20;

    /// <summary>−20 dB of the loudest frame.</summary>
    private const double Quiet = 0.01;

    /// <summary>Less than this was no speech (an RMS of 200).</summary>
    private const double Speech = 200.0 * 200 * FrameLength;

    private double _sum;
    private int _filled;
    private double _loudest;
    private int _quietFrames;

    /// <summary>True: a pause has come about within these samples.</summary>
    public bool Process(ReadOnlySpan<short> samples)
    {
        var hasPaused = false;
        foreach (var sample in samples)
        {
            _sum += (double)sample * sample;
            if (++_filled == FrameLength) hasPaused |= EndFrame();
        }
        return hasPaused;
    }

    private bool EndFrame()
    {
        var (energy, wasPausing) = (_sum, _quietFrames >= FramesOfPause);
        (_sum, _filled) = (0, 0);
        _loudest = Math.Max(_loudest, energy);
        _quietFrames = energy <= _loudest * Quiet ? _quietFrames + 1 : 0;
        return _loudest >= Speech && _quietFrames >= FramesOfPause && !wasPausing;
    }
}
