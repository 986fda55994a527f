using System.Runtime.InteropServices;

namespace Parley.Speech.Embedded;

/// <summary>
/// Learns a <see cref="PhraseModel"/> from flite's voices, which say where each of their phones begins and ends. A few
/// seconds of one core; the same result each time.
/// </summary>
internal static class PhraseModelTrainer
{
    private const int Dimensions = 28;
    private const int ComponentsPerState = 32;

    /// <summary>Each so-many-th frame is enough to find the projection.</summary>
    private const int ProjectionStride = 2;

    private const int NoiseSeed = 5;

    /// <exception cref="SpeechException">flite is not installed.</exception>
    public static PhraseModel Train()
    {
        var samples = SpeechSamples.Record();
        var states = new PhoneStates(samples);
        var noise = new TrainingNoise(NoiseSeed);
        var heard = new List<(float[] Energies, int[] Labels)>();
        foreach (var sample in samples)
        {
            var labels = states.Label(sample);
            foreach (var energies in sample.Energies)
            {
                noise.AddTo(energies);
                heard.Add((energies, labels));
            }
        }
        var usualMean = UsualMean(heard);
        var utterances = heard
            .Select(utterance => (Cepstra: CepstralFeatures.Compute(utterance.Energies, usualMean, out _), utterance.Labels))
            .ToList();
        var space = FindSpace(utterances, states.Count);
        return new(states.Count, usualMean, space, FitMixtures(utterances, space, states.Count), Chains(samples, states));
    }

    private static float[] UsualMean(List<(float[] Energies, int[] Labels)> heard)
    {
        var sum = new double[CepstralFeatures.Count];
        foreach (var (energies, _) in heard)
        {
            CepstralFeatures.Compute(energies, [], out var mean);
            for (var k = 0; k < sum.Length; k++) sum[k] += mean[k];
        }
        return [.. sum.Select(value => (float)(value / heard.Count))];
    }

    private static FeatureSpace FindSpace(List<(float[] Cepstra, int[] Labels)> utterances, int stateCount)
    {
        var discriminant = new LinearDiscriminant(FeatureSpace.SplicedCount, stateCount);
        Span<float> spliced = stackalloc float[FeatureSpace.SplicedCount];
        var skip = 0;
        foreach (var (cepstra, labels) in utterances)
        {
            for (var t = 0; t < labels.Length; t++)
            {
                if (skip++ % ProjectionStride != 0) continue;
                FeatureSpace.Splice(cepstra, t, spliced);
                discriminant.Add(spliced, labels[t]);
            }
        }
        return new(discriminant.Solve(Dimensions));
    }

    private static GaussianMixture[] FitMixtures(List<(float[] Cepstra, int[] Labels)> utterances, FeatureSpace space, int stateCount)
    {
        var vectors = Enumerable.Range(0, stateCount).Select(_ => new List<float>()).ToArray();
        foreach (var (cepstra, labels) in utterances)
        {
            var projected = space.Project(cepstra);
            for (var t = 0; t < labels.Length; t++) vectors[labels[t]].AddRange(projected.AsSpan(t * Dimensions, Dimensions));
        }
        return [.. vectors.Select(list => GaussianMixture.Fit(CollectionsMarshal.AsSpan(list), Dimensions, ComponentsPerState))];
    }

    private static List<PhraseChain> Chains(List<SpeechSample> samples, PhoneStates states)
    {
        var chains = new List<PhraseChain>();
        var known = new HashSet<(int, string)>();
        foreach (var sample in samples.Where(sample => sample.Phrase >= 0))
        {
            string[] phones = [.. sample.Phones.Select(phone => phone.Name).Where(name => name != FliteTimings.Silence)];
            foreach (var variant in Pronunciation.Variants(phones))
            {
                if (known.Add((sample.Phrase, string.Join(' ', variant)))) chains.Add(new(sample.Phrase, states.StatesOf(variant)));
            }
        }
        return chains;
    }
}
