using System.Numerics;
using System.Runtime.InteropServices;

namespace Parley.Audio;

/// <summary>
/// A small network from <see cref="SpeechFeatures"/> to the probability of speech: one hidden layer of rectified units and a
/// logistic output. Immutable and shared. Its numbers are fitted by tests/Parley.Audio.Fitting.
/// </summary>
internal sealed class SpeechModel
{
    public const int Hidden = 24;

    /// <summary>Hidden weights by unit, hidden biases, output weights, output bias.</summary>
    public const int ParameterCount = Hidden * SpeechFeatures.Count + Hidden + Hidden + 1;

    /// <summary>Hidden units side by side, padded to whole vectors.</summary>
    private static readonly int Width = (Hidden + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    public static readonly SpeechModel Fitted = new(SpeechModelParameters.Values);

    private readonly float[] _weights = new float[SpeechFeatures.Count * Width];
    private readonly float[] _biases = new float[Width];
    private readonly float[] _outputs = new float[Width];
    private readonly float _outputBias;

    public SpeechModel(ReadOnlySpan<float> parameters)
    {
        if (parameters.Length != ParameterCount)
            throw new ArgumentException($"The model has {ParameterCount} parameters, not {parameters.Length}.", nameof(parameters));
        for (var unit = 0; unit < Hidden; unit++)
            for (var i = 0; i < SpeechFeatures.Count; i++)
                _weights[i * Width + unit] = parameters[unit * SpeechFeatures.Count + i];
        var rest = parameters[(Hidden * SpeechFeatures.Count)..];
        rest[..Hidden].CopyTo(_biases);
        rest.Slice(Hidden, Hidden).CopyTo(_outputs);
        _outputBias = rest[^1];
    }

    public float Probability(ReadOnlySpan<float> features)
    {
        var weights = Vectors(_weights);
        var biases = Vectors(_biases);
        var outputs = Vectors(_outputs);
        Span<Vector<float>> activations = stackalloc Vector<float>[biases.Length];
        biases.CopyTo(activations);
        for (var i = 0; i < features.Length; i++)
        {
            var feature = new Vector<float>(features[i]);
            var row = weights.Slice(i * activations.Length, activations.Length);
            for (var v = 0; v < activations.Length; v++) activations[v] = Vector.FusedMultiplyAdd(row[v], feature, activations[v]);
        }
        var sum = Vector<float>.Zero;
        for (var v = 0; v < activations.Length; v++) sum += Vector.Max(activations[v], Vector<float>.Zero) * outputs[v];
        return 1 / (1 + MathF.Exp(-_outputBias - Vector.Sum(sum)));
    }

    private static ReadOnlySpan<Vector<float>> Vectors(float[] values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
