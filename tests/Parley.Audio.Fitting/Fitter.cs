using System.Numerics;
using Parley.Simulation;

namespace Parley.Audio.Fitting;

/// <summary>Fits the parameters of <see cref="SpeechModel"/> by stochastic gradient descent (Adam) on the cross-entropy.</summary>
internal sealed class Fitter(List<float[]> features, List<float> labels, List<float> weights, SeededRandom random)
{
    private const int Inputs = SpeechFeatures.Count;
    private const int Hidden = SpeechModel.Hidden;
    private const int Batch = 128;
    private const float Decay = 1e-5f;

    private readonly float[] _parameters = Start(random);
    private readonly float[] _gradient = new float[SpeechModel.ParameterCount];
    private readonly float[] _mean = new float[SpeechModel.ParameterCount];
    private readonly float[] _square = new float[SpeechModel.ParameterCount];
    private readonly float[] _activations = new float[Hidden];
    private int _updates;

    public float[] Run(int epochs, Action<int, double> report)
    {
        var order = Enumerable.Range(0, features.Count).ToArray();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            for (var i = order.Length - 1; i > 0; i--)
            {
                var j = random.NextInt(i + 1);
                (order[i], order[j]) = (order[j], order[i]);
            }
            // From fast to slow, along a cosine.
            var rate = (float)(1e-5 + 2e-3 * 0.5 * (1 + Math.Cos(Math.PI * epoch / epochs)));
            double loss = 0;
            for (var at = 0; at < order.Length; at += Batch)
            {
                Array.Clear(_gradient);
                var end = Math.Min(at + Batch, order.Length);
                for (var i = at; i < end; i++) loss += Accumulate(order[i]);
                Update(rate, end - at);
            }
            report(epoch, loss / order.Length);
        }
        return _parameters;
    }

    private static float[] Start(SeededRandom random)
    {
        var parameters = new float[SpeechModel.ParameterCount];
        for (var i = 0; i < Hidden * Inputs; i++) parameters[i] = (float)(random.NextGaussian() * Math.Sqrt(2.0 / Inputs));
        for (var i = 0; i < Hidden; i++)
            parameters[Hidden * Inputs + Hidden + i] = (float)(random.NextGaussian() * Math.Sqrt(1.0 / Hidden));
        return parameters;
    }

    private double Accumulate(int example)
    {
        var input = features[example].AsSpan();
        var biases = _parameters.AsSpan(Hidden * Inputs, Hidden);
        var outputs = _parameters.AsSpan(Hidden * Inputs + Hidden, Hidden);
        var sum = _parameters[^1];
        for (var unit = 0; unit < Hidden; unit++)
        {
            var activation = Math.Max(0, biases[unit]
                + Dot(_parameters.AsSpan(unit * Inputs, Inputs), input));
            _activations[unit] = activation;
            sum += activation * outputs[unit];
        }
        var probability = 1 / (1 + MathF.Exp(-sum));
        var error = (probability - labels[example]) * weights[example];
        for (var unit = 0; unit < Hidden; unit++)
        {
            if (_activations[unit] <= 0) continue;
            _gradient[Hidden * Inputs + Hidden + unit] += error * _activations[unit];
            var back = error * outputs[unit];
            _gradient[Hidden * Inputs + unit] += back;
            var row = _gradient.AsSpan(unit * Inputs, Inputs);
            AddScaled(row, input, back);
        }
        _gradient[^1] += error;
        return -weights[example] * Math.Log(Math.Max(1e-7, labels[example] > 0.5f ? probability : 1 - probability));
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i + Vector<float>.Count <= left.Length; i += Vector<float>.Count)
            sum += new Vector<float>(left[i..]) * new Vector<float>(right[i..]);
        var total = Vector.Sum(sum);
        for (; i < left.Length; i++) total += left[i] * right[i];
        return total;
    }

    private static void AddScaled(Span<float> target, ReadOnlySpan<float> values, float scale)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(values[i..]) * scale).CopyTo(target[i..]);
        for (; i < target.Length; i++) target[i] += values[i] * scale;
    }

    private void Update(float rate, int count)
    {
        _updates++;
        var meanCorrection = 1 - MathF.Pow(0.9f, _updates);
        var squareCorrection = 1 - MathF.Pow(0.999f, _updates);
        for (var i = 0; i < _parameters.Length; i++)
        {
            var gradient = _gradient[i] / count + Decay * _parameters[i];
            _mean[i] = 0.9f * _mean[i] + 0.1f * gradient;
            _square[i] = 0.999f * _square[i] + 0.001f * gradient * gradient;
            _parameters[i] -= rate * (_mean[i] / meanCorrection) / (MathF.Sqrt(_square[i] / squareCorrection) + 1e-8f);
        }
    }
}
