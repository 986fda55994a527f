namespace Parley.Speech.Evaluation;

/// <summary>What happens to the voice before the recogniser hears it. Opus and the detector's padding are part of all.</summary>
public sealed record Condition(string Name)
{
    /// <summary>dB between speech and white noise.</summary>
    public double SignalToNoise { get; init; } = 50;

    /// <summary>Factor on the amplitude.</summary>
    public double Level { get; init; } = 1;

    /// <summary>Coefficient of a first-order filter: positive is bright and thin, negative dull.</summary>
    public double Tilt { get; init; }

    /// <summary>A small room, 0.3 s of reverberation.</summary>
    public bool IsReverberant { get; init; }

    /// <summary>The first 50 ms of the word are missing, and no silence stands before it.</summary>
    public bool IsClipped { get; init; }

    public TimeSpan Before { get; init; } = TimeSpan.FromMilliseconds(300);

    public TimeSpan After { get; init; } = TimeSpan.FromMilliseconds(500);

    public static Condition Clean { get; } = new("clean");

    public static Condition Noise { get; } = new("noise 20 dB") { SignalToNoise = 20 };

    public static IReadOnlyList<Condition> All { get; } =
    [
        Clean,
        Noise,
        new("quiet, 24 dB down") { Level = 0.06, SignalToNoise = 45 },
        new("bright microphone") { Tilt = 0.6 },
        new("dull microphone") { Tilt = -0.6 },
        new("small room") { IsReverberant = true },
        new("first 50 ms missing") { IsClipped = true },
        new("a second of silence") { Before = TimeSpan.FromSeconds(1), After = TimeSpan.FromSeconds(1) },
    ];
}
