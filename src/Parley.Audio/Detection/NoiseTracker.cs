using System.Numerics;
using System.Runtime.InteropServices;

namespace Parley.Audio;

/// <summary>
/// The power of the steady noise in each frequency bin, while speech comes and goes: minima-controlled recursive
/// averaging. (Cohen and Berdugo, "Noise estimation by minima controlled recursive averaging for robust speech
/// enhancement", IEEE Signal Processing Letters 9(1), 2002.) One step is 10 ms.
/// </summary>
internal sealed class NoiseTracker
{
    /// <summary>The minimum is over the last 8 × 120 ms; over 8 × 40 ms at first, so that a call converges in half a second.</summary>
    private const int Windows = 8;
    private const int WindowSteps = 12;
    private const int FirstWindowSteps = 4;
    private const int FirstSteps = 48;

    private const float PowerSmoothing = 0.8f;
    private const float PresenceSmoothing = 0.2f;
    private const float NoiseSmoothing = 0.93f;

    /// <summary>A smoothed power above this many times its minimum is taken for speech.</summary>
    private const float PresenceRatio = 5f;

    /// <summary>
    /// What digital silence counts as. What goes on shrinking becomes too small for a normal number, and each operation on such takes some
    /// processors a hundred times as long.
    /// </summary>
    public const float Least = 1e-20f;

    private readonly float[] _smoothed;
    private readonly float[] _minimum;
    private readonly float[] _presence;
    private readonly float[] _noise;
    private readonly float[][] _windows = new float[Windows][];
    private readonly float _firstPower;
    private int _window;
    private int _stepInWindow;
    private int _steps;

    /// <param name="binCount">How many bins.</param>
    /// <param name="firstPower">What is taken for the noise of a bin until it has been heard: a quiet room.</param>
    public NoiseTracker(int binCount, float firstPower)
    {
        // Whole vectors, so that no step needs a scalar rest.
        var length = (binCount + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        _smoothed = new float[length];
        _minimum = new float[length];
        _presence = new float[length];
        _noise = new float[length];
        _firstPower = firstPower;
        for (var i = 0; i < Windows; i++) _windows[i] = new float[length];
        BinCount = binCount;
        Reset();
    }

    public int BinCount { get; }

    public int PaddedLength => _noise.Length;

    public ReadOnlySpan<float> Noise => _noise.AsSpan(0, BinCount);

    public void Reset()
    {
        Array.Fill(_smoothed, _firstPower);
        Array.Fill(_minimum, _firstPower);
        Array.Fill(_noise, _firstPower);
        Array.Clear(_presence);
        foreach (var window in _windows) Array.Fill(window, float.MaxValue);
        Array.Fill(_windows[0], _firstPower);
        (_window, _stepInWindow, _steps) = (0, 0, 0);
    }

    /// <param name="power"><see cref="PaddedLength"/> values, zero after the last bin.</param>
    public void Update(ReadOnlySpan<float> power)
    {
        var input = MemoryMarshal.Cast<float, Vector<float>>(power);
        var smoothed = MemoryMarshal.Cast<float, Vector<float>>(_smoothed.AsSpan());
        var minimum = MemoryMarshal.Cast<float, Vector<float>>(_minimum.AsSpan());
        var presence = MemoryMarshal.Cast<float, Vector<float>>(_presence.AsSpan());
        var noise = MemoryMarshal.Cast<float, Vector<float>>(_noise.AsSpan());
        var window = MemoryMarshal.Cast<float, Vector<float>>(_windows[_window].AsSpan());
        var (least, one) = (new Vector<float>(Least), Vector<float>.One);
        for (var i = 0; i < smoothed.Length; i++)
        {
            var x = Vector.Max(input[i], least);
            var s = smoothed[i] * PowerSmoothing + x * (1 - PowerSmoothing);
            smoothed[i] = s;
            window[i] = Vector.Min(window[i], s);
            var lowest = Vector.Min(minimum[i], s);
            minimum[i] = lowest;
            var isPresent = Vector.ConditionalSelect(Vector.GreaterThan(s, lowest * PresenceRatio), one, least);
            var p = presence[i] * PresenceSmoothing + isPresent * (1 - PresenceSmoothing);
            presence[i] = p;
            var keep = p * (1 - NoiseSmoothing) + new Vector<float>(NoiseSmoothing);
            noise[i] = noise[i] * keep + x * (one - keep);
        }
        _steps++;
        if (++_stepInWindow >= (_steps <= FirstSteps ? FirstWindowSteps : WindowSteps)) NextWindow();
    }

    private void NextWindow()
    {
        _stepInWindow = 0;
        _window = (_window + 1) % Windows;
        _smoothed.CopyTo(_windows[_window], 0);
        var minimum = MemoryMarshal.Cast<float, Vector<float>>(_minimum.AsSpan());
        for (var i = 0; i < minimum.Length; i++) minimum[i] = new Vector<float>(float.MaxValue);
        foreach (var values in _windows)
        {
            var window = MemoryMarshal.Cast<float, Vector<float>>(values.AsSpan());
            for (var i = 0; i < minimum.Length; i++) minimum[i] = Vector.Min(minimum[i], window[i]);
        }
    }
}
