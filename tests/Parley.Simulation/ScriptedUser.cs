namespace Parley.Simulation;

/// <summary>
/// A person whose lines and noises are written down beforehand. Gives what a speech detector would say of each 10 ms frame,
/// and what a recogniser would understand of a stretch of audio. Times are seconds of input audio.
/// </summary>
public sealed class ScriptedUser
{
    private const float Speech = 0.95f;
    private const float Silence = 0.02f;

    private readonly List<(TimeSpan From, TimeSpan To, string Text)> _lines = [];

    public ScriptedUser Says(string text, double from, double to)
    {
        _lines.Add((TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to), text));
        return this;
    }

    /// <summary>A sound that the detector takes for speech and that has no words.</summary>
    public ScriptedUser MakesNoise(double from, double to) => Says("", from, to);

    /// <summary>The probability of speech in the frame that ends at <paramref name="frameEnd"/>.</summary>
    public float SpeechAt(TimeSpan frameEnd)
    {
        foreach (var (from, to, _) in _lines)
            if (frameEnd > from && frameEnd <= to) return Speech;
        return Silence;
    }

    /// <summary>The words of all lines that touch this stretch of audio.</summary>
    public string Heard(TimeSpan from, TimeSpan to) =>
        string.Join(' ', _lines.Where(line => line.From < to && line.To > from && line.Text.Length > 0).Select(line => line.Text));
}
