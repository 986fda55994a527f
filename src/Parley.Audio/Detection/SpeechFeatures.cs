using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Parley.Audio;

/// <summary>
/// What a 10 ms step of a 16 kHz signal shows of speech: likelihood ratios against the tracked noise (Sohn, Kim and Sung,
/// "A statistical model-based voice activity detection", IEEE Signal Processing Letters 6(1), 1999), periodicity,
/// flatness, tilt, change, each now and averaged over three spans of the past. Causal. Owned by one thread.
/// </summary>
internal sealed class SpeechFeatures
{
    public const int FrameLength = 160;
    private const int WindowLength = PowerSpectrum.Length;

    /// <summary>Features of one step, then the same averaged over each span, how much two of them sway, and the age.</summary>
    public const int Count = Instant * (1 + Spans) + Sways + Ages;

    private const int Instant = 14;
    private const int Spans = 3;
    private const int Sways = 2;
    private const int Ages = 2;

    private const int Bins = PowerSpectrum.BinCount;
    private const int Bands = 24;
    private const float HzPerBin = 16000f / WindowLength;

    /// <summary>−72 dBFS over the whole band, in one bin of the window: a quiet room, and the least noise that is assumed.</summary>
    private const float QuietRoom = 3.2e-8f / WindowLength * 2;

    /// <summary>Weight of the new value in the averages over about 30, 120 and 500 ms.</summary>
    private static readonly float[] SpanWeights = [1 / 3f, 1 / 12f, 1 / 50f];

    /// <summary>First bins of the bands, even on the Bark scale between 90 Hz and 7.6 kHz.</summary>
    private static readonly int[] BandEdges = MakeBandEdges();
    private static readonly int LowEnd = BandAt(1000);
    private static readonly int MiddleEnd = BandAt(3000);

    private static readonly float[] Window = MakeWindow();
    private static readonly PitchCorrelator Correlator = new(Window);

    /// <summary>Steps after which a call grows no older.</summary>
    private const int Grown = 2000;

    private readonly float[] _signal = new float[WindowLength];
    private readonly NoiseTracker _noise = new(Bins, QuietRoom);
    private readonly float[] _earlierLogBands = new float[Bands];
    private readonly float[] _priorRatios = new float[Bands];
    private readonly float[] _averages = new float[Instant * Spans];
    private readonly float[] _sways = new float[Sways];
    private int _lag;
    private int _steps;

    public void Reset()
    {
        _noise.Reset();
        Array.Clear(_signal);
        Array.Clear(_earlierLogBands);
        Array.Clear(_priorRatios);
        Array.Clear(_averages);
        Array.Clear(_sways);
        (_lag, _steps) = (0, 0);
    }

    /// <param name="frame">160 samples.</param>
    /// <param name="features">Room for <see cref="Count"/>; each is roughly in −3…3.</param>
    [SkipLocalsInit]
    public void Advance(ReadOnlySpan<short> frame, Span<float> features)
    {
        _signal.AsSpan(FrameLength).CopyTo(_signal);
        TensorPrimitives.ConvertTruncating(frame, _signal.AsSpan(WindowLength - FrameLength));
        Span<float> windowed = stackalloc float[WindowLength];
        TensorPrimitives.Multiply(_signal, Window, windowed);
        Span<float> padded = stackalloc float[_noise.PaddedLength];
        padded[Bins..].Clear();
        var power = padded[..Bins];
        PowerSpectrum.Measure(windowed, power);
        _noise.Update(padded);
        Span<float> noise = stackalloc float[Bins];
        TensorPrimitives.Max(_noise.Noise, QuietRoom, noise);
        var now = features[..Instant];
        Span<float> levels = stackalloc float[Bands];
        Likelihood(power, noise, now, levels);
        Shape(levels, now);
        Pitch(power, noise, now);
        Remember(now, features);
        _steps = Math.Min(_steps + 1, Grown);
    }

    /// <param name="power">By bin.</param>
    /// <param name="noise">By bin.</param>
    /// <param name="now">Where the features go.</param>
    /// <param name="levels">Where the power of each band goes, in quiet rooms.</param>
    [SkipLocalsInit]
    private void Likelihood(ReadOnlySpan<float> power, ReadOnlySpan<float> noise, Span<float> now, Span<float> levels)
    {
        Span<float> gained = stackalloc float[Bands];
        Span<float> logs = stackalloc float[2 * Bands];
        var priorLogs = logs[..Bands];
        var ratioLogs = logs[Bands..];
        var strong = 0;
        for (var band = 0; band < Bands; band++)
        {
            float sum = 0, floor = 0;
            for (var bin = BandEdges[band]; bin < BandEdges[band + 1]; bin++)
            {
                sum += power[bin];
                floor += noise[bin];
            }
            var posterior = Math.Min(sum / floor, 1e4f);
            // Decision-directed a-priori ratio. (Ephraim and Malah, 1984)
            var prior = 0.9f * _priorRatios[band] + 0.1f * Math.Max(posterior - 1, 0);
            var gain = prior / (1 + prior);
            gained[band] = posterior * gain;
            _priorRatios[band] = Math.Min(gain * gained[band], 1e3f);
            priorLogs[band] = 1 + prior;
            ratioLogs[band] = Math.Max(posterior, 0.1f);
            levels[band] = (sum + QuietRoom) / QuietRoom;
            if (posterior > 4) strong++;
        }
        TensorPrimitives.Log(logs, logs);
        TensorPrimitives.Subtract(gained, priorLogs, gained);
        TensorPrimitives.Max(gained, 0f, gained);
        ReadOnlySpan<Range> groups = [Range.EndAt(LowEnd), LowEnd..MiddleEnd, Range.StartAt(MiddleEnd)];
        for (var group = 0; group < groups.Length; group++)
        {
            now[group] = MathF.Log(1 + Mean(gained[groups[group]])) * 0.5f;
            now[3 + group] = Mean(ratioLogs[groups[group]]) * 0.5f;
        }
        now[6] = 2f * strong / Bands;
    }

    /// <summary>Level, flatness, tilt and change of the spectrum.</summary>
    [SkipLocalsInit]
    private void Shape(ReadOnlySpan<float> levels, Span<float> now)
    {
        Span<float> logs = stackalloc float[Bands];
        TensorPrimitives.Log(levels, logs);
        var level = MathF.Log(Mean(levels));
        float change = 0;
        for (var band = 0; band < Bands; band++)
        {
            change += Math.Abs(logs[band] - _earlierLogBands[band]);
            Approach(ref _earlierLogBands[band], logs[band], 0.5f);
        }
        now[7] = (level - 6) * 0.3f;
        now[8] = level - Mean(logs);
        now[9] = (Mean(logs[..LowEnd]) - Mean(logs[MiddleEnd..])) * 0.3f;
        now[10] = change / Bands;
    }

    [SkipLocalsInit]
    private void Pitch(ReadOnlySpan<float> power, ReadOnlySpan<float> noise, Span<float> now)
    {
        // Steady tones, such as hum, vanish here; a voice does not: clean² ÷ power, where clean is the power less twice the noise.
        Span<float> clean = stackalloc float[Bins];
        Span<float> whole = stackalloc float[Bins];
        TensorPrimitives.MultiplyAddEstimate(noise, -2f, power, clean);
        TensorPrimitives.Max(clean, 0f, clean);
        TensorPrimitives.Multiply(clean, clean, clean);
        TensorPrimitives.Add(power, QuietRoom, whole);
        TensorPrimitives.Divide(clean, whole, clean);
        var (voice, all) = Correlator.FindPeaks(clean, power);
        var isSteady = _lag != 0 && Math.Abs(voice.Lag - _lag) * 6 < _lag;
        now[11] = 2 * voice.Strength;
        now[12] = 2 * all.Strength;
        now[13] = isSteady ? 2 * voice.Strength : 0;
        _lag = voice.Lag;
    }

    private void Remember(ReadOnlySpan<float> now, Span<float> features)
    {
        for (var span = 0; span < Spans; span++)
        {
            var averages = _averages.AsSpan(span * Instant, Instant);
            // The first steps average what there is.
            var weight = Math.Max(SpanWeights[span], 1f / (_steps + 1));
            for (var i = 0; i < Instant; i++) Approach(ref averages[i], now[i], weight);
        }
        _averages.CopyTo(features[Instant..]);
        // Speech sways a few times a second in level and in periodicity; steady noise does not.
        Approach(ref _sways[0], Math.Abs(now[7] - _averages[2 * Instant + 7]), SpanWeights[2]);
        Approach(ref _sways[1], Math.Abs(now[11] - _averages[2 * Instant + 11]), SpanWeights[2]);
        var rest = features[(Instant * (1 + Spans))..];
        rest[0] = 2 * _sways[0];
        rest[1] = 2 * _sways[1];
        rest[2] = 2 * MathF.Exp(-_steps / 25f);
        rest[3] = 2 * MathF.Exp(-_steps / 100f);
    }

    private static float Mean(ReadOnlySpan<float> values) => TensorPrimitives.Sum(values) / values.Length;

    private static void Approach(ref float average, float value, float weight)
    {
        average += weight * (value - average);
        if (Math.Abs(average) < NoiseTracker.Least) average = 0;
    }

    /// <summary>For samples of 16 bit.</summary>
    private static float[] MakeWindow()
    {
        // Rises over three quarters and falls over one: it leans to the present, for an early onset.
        const int Rise = WindowLength * 3 / 4;
        var window = new float[WindowLength];
        for (var i = 0; i < WindowLength; i++)
        {
            var phase = i < Rise ? (i + 0.5) / Rise : (WindowLength - i - 0.5) / (WindowLength - Rise);
            window[i] = (float)(0.5 - 0.5 * Math.Cos(Math.PI * phase));
        }
        // So that white noise of power 1 has 1/WindowLength in each of its two-sided bins.
        var scale = 1 / (32768 * MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(window) * WindowLength));
        for (var i = 0; i < WindowLength; i++) window[i] *= scale;
        return window;
    }

    private static int[] MakeBandEdges()
    {
        var edges = new int[Bands + 1];
        var first = Bark(90);
        var last = Bark(7600);
        for (var i = 0; i <= Bands; i++)
        {
            var bark = first + (last - first) * i / Bands;
            edges[i] = Math.Max((int)Math.Round(600 * Math.Sinh(bark / 6) / HzPerBin), i == 0 ? 0 : edges[i - 1] + 1);
        }
        return edges;

        // Schroeder's form, whose inverse is as simple.
        static double Bark(double hz) => 6 * Math.Asinh(hz / 600);
    }

    private static int BandAt(float hz)
    {
        var band = 0;
        while (BandEdges[band] * HzPerBin < hz) band++;
        return band;
    }
}
