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

    public static readonly SpeechModel Fitted = new(SpeechModelParameters.Values);

    private readonly float[] _parameters;

    public SpeechModel(ReadOnlySpan<float> parameters)
    {
        if (parameters.Length != ParameterCount)
            throw new ArgumentException($"The model has {ParameterCount} parameters, not {parameters.Length}.", nameof(parameters));
        _parameters = parameters.ToArray();
    }

    public float Probability(ReadOnlySpan<float> features)
    {
        var biases = _parameters.AsSpan(Hidden * SpeechFeatures.Count);
        var outputs = biases[Hidden..];
        var sum = outputs[Hidden];
        for (var unit = 0; unit < Hidden; unit++)
        {
            var weights = _parameters.AsSpan(unit * SpeechFeatures.Count, SpeechFeatures.Count);
            var activation = biases[unit];
            for (var i = 0; i < weights.Length; i++) activation += weights[i] * features[i];
            if (activation > 0) sum += activation * outputs[unit];
        }
        return 1 / (1 + MathF.Exp(-sum));
    }
}
