namespace Parley.Audio;

/// <summary>
/// What a 10 ms step of a 16 kHz signal shows of speech: likelihood ratios against the tracked noise (Sohn, Kim and Sung,
/// "A statistical model-based voice activity detection", IEEE Signal Processing Letters 6(1), 1999), periodicity,
/// flatness, tilt, change, each now and averaged over three spans of the past. Causal. Owned by one thread.
/// </summary>
internal sealed class SpeechFeatures
{
    public const int FrameLength = 160;
    public const int WindowLength = 512;

    /// <summary>Features of one step, then the same averaged over each span, how much two of them sway, and the age.</summary>
    public const int Count = Instant * (1 + Spans) + Sways + Ages;

    private const int Instant = 14;
    private const int Spans = 3;
    private const int Sways = 2;
    private const int Ages = 2;

    private const int Bins = WindowLength / 2 + 1;
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

    private readonly RealFft _fft = new(WindowLength);
    private readonly float[] _signal = new float[WindowLength];
    private readonly float[] _window = new float[WindowLength];
    private readonly float[] _windowed = new float[WindowLength];
    private readonly NoiseTracker _noise;
    private readonly PitchCorrelator _correlator;
    private readonly float[] _power;
    private readonly float[] _weighted = new float[Bins];
    private readonly float[] _logBands = new float[Bands];
    private readonly float[] _earlierLogBands = new float[Bands];
    private readonly float[] _ratios = new float[Bands];
    private readonly float[] _priorRatios = new float[Bands];
    private readonly float[] _averages = new float[Instant * Spans];
    private readonly float[] _sways = new float[Sways];
    private readonly float _scale;
    private int _lag;
    private int _steps;

    public SpeechFeatures()
    {
        // Rises over three quarters and falls over one: it leans to the present, for an early onset.
        const int Rise = WindowLength * 3 / 4;
        double energy = 0;
        for (var i = 0; i < WindowLength; i++)
        {
            var phase = i < Rise ? (i + 0.5) / Rise : (WindowLength - i - 0.5) / (WindowLength - Rise);
            _window[i] = (float)(0.5 - 0.5 * Math.Cos(Math.PI * phase));
            energy += _window[i] * _window[i];
        }
        // So that white noise of power 1 has 1/WindowLength in each of its two-sided bins.
        _scale = (float)(1 / (energy * WindowLength));
        _noise = new NoiseTracker(Bins, QuietRoom);
        _power = new float[_noise.PaddedLength];
        _correlator = new PitchCorrelator(_window);
    }

    public void Reset()
    {
        _noise.Reset();
        Array.Clear(_signal);
        Array.Clear(_logBands);
        Array.Clear(_earlierLogBands);
        Array.Clear(_priorRatios);
        Array.Clear(_averages);
        Array.Clear(_sways);
        (_lag, _steps) = (0, 0);
    }

    /// <param name="frame">160 samples.</param>
    /// <param name="features">Room for <see cref="Count"/>; each is roughly in −3…3.</param>
    public void Advance(ReadOnlySpan<short> frame, Span<float> features)
    {
        _signal.AsSpan(FrameLength).CopyTo(_signal);
        var fresh = _signal.AsSpan(WindowLength - FrameLength);
        for (var i = 0; i < FrameLength; i++) fresh[i] = frame[i] * (1f / 32768);
        for (var i = 0; i < WindowLength; i++) _windowed[i] = _signal[i] * _window[i];
        _fft.PowerSpectrum(_windowed, _power);
        for (var i = 0; i < Bins; i++) _power[i] *= _scale;
        _noise.Update(_power);
        var now = features[..Instant];
        Likelihood(now);
        Shape(now);
        Pitch(now);
        Remember(now, features);
        _steps++;
    }

    private void Likelihood(Span<float> now)
    {
        var noise = _noise.Noise;
        Span<float> likelihood = stackalloc float[3];
        Span<float> decibels = stackalloc float[3];
        Span<int> bands = stackalloc int[3];
        likelihood.Clear();
        decibels.Clear();
        bands.Clear();
        var strong = 0;
        for (var band = 0; band < Bands; band++)
        {
            float power = 0, floor = 0;
            for (var bin = BandEdges[band]; bin < BandEdges[band + 1]; bin++)
            {
                power += _power[bin];
                floor += Math.Max(noise[bin], QuietRoom);
            }
            var posterior = Math.Min(power / floor, 1e4f);
            // Decision-directed a-priori ratio. (Ephraim and Malah, 1984)
            var prior = 0.9f * _priorRatios[band] + 0.1f * Math.Max(posterior - 1, 0);
            var gain = prior / (1 + prior);
            _priorRatios[band] = Math.Min(gain * gain * posterior, 1e3f);
            _ratios[band] = posterior;
            var group = band < LowEnd ? 0 : band < MiddleEnd ? 1 : 2;
            likelihood[group] += Math.Max(posterior * gain - MathF.Log(1 + prior), 0);
            decibels[group] += MathF.Log(Math.Max(posterior, 0.1f));
            bands[group]++;
            if (posterior > 4) strong++;
            _logBands[band] = MathF.Log((power + QuietRoom) / QuietRoom);
        }
        for (var group = 0; group < 3; group++)
        {
            now[group] = MathF.Log(1 + likelihood[group] / bands[group]) * 0.5f;
            now[3 + group] = decibels[group] / bands[group] * 0.5f;
        }
        now[6] = 2f * strong / Bands;
    }

    /// <summary>Level, flatness, tilt and change of the spectrum.</summary>
    private void Shape(Span<float> now)
    {
        float sum = 0, logSum = 0, low = 0, high = 0, change = 0;
        for (var band = 0; band < Bands; band++)
        {
            sum += MathF.Exp(_logBands[band]);
            logSum += _logBands[band];
            if (band < LowEnd) low += _logBands[band];
            if (band >= MiddleEnd) high += _logBands[band];
            change += Math.Abs(_logBands[band] - _earlierLogBands[band]);
            _earlierLogBands[band] += 0.5f * (_logBands[band] - _earlierLogBands[band]);
        }
        now[7] = (MathF.Log(sum / Bands) - 6) * 0.3f;
        now[8] = MathF.Log(sum / Bands) - logSum / Bands;
        now[9] = (low / LowEnd - high / (Bands - MiddleEnd)) * 0.3f;
        now[10] = change / Bands;
    }

    private void Pitch(Span<float> now)
    {
        var noise = _noise.Noise;
        for (var i = 0; i < Bins; i++)
        {
            // Steady tones, such as hum, vanish here; a voice does not.
            var clean = Math.Max(_power[i] - 2 * Math.Max(noise[i], QuietRoom), 0);
            _weighted[i] = clean * clean / (_power[i] + QuietRoom);
        }
        var periodicity = _correlator.FindPeak(_weighted, out var lag);
        var raw = _correlator.FindPeak(_power.AsSpan(0, Bins), out _);
        var isSteady = _lag != 0 && Math.Abs(lag - _lag) * 6 < _lag;
        now[11] = 2 * periodicity;
        now[12] = 2 * raw;
        now[13] = isSteady ? 2 * periodicity : 0;
        _lag = lag;
    }

    private void Remember(ReadOnlySpan<float> now, Span<float> features)
    {
        for (var span = 0; span < Spans; span++)
        {
            var averages = _averages.AsSpan(span * Instant, Instant);
            // The first steps average what there is.
            var weight = Math.Max(SpanWeights[span], 1f / (_steps + 1));
            for (var i = 0; i < Instant; i++) averages[i] += weight * (now[i] - averages[i]);
        }
        _averages.CopyTo(features[Instant..]);
        // Speech sways a few times a second in level and in periodicity; steady noise does not.
        _sways[0] += SpanWeights[2] * (Math.Abs(now[7] - _averages[2 * Instant + 7]) - _sways[0]);
        _sways[1] += SpanWeights[2] * (Math.Abs(now[11] - _averages[2 * Instant + 11]) - _sways[1]);
        var rest = features[(Instant * (1 + Spans))..];
        rest[0] = 2 * _sways[0];
        rest[1] = 2 * _sways[1];
        rest[2] = 2 * MathF.Exp(-_steps / 25f);
        rest[3] = 2 * MathF.Exp(-_steps / 100f);
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
