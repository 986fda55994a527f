namespace Parley.Speech.Embedded;

/// <summary>
/// Learns a <see cref="PhraseModel"/> from flite's voices, which say where each of their phones begins and ends. Seconds
/// of work; the same result each time.
/// </summary>
internal static class PhraseModelTrainer
{
    private const int Dimensions = 28;
    private const int ComponentsPerState = 32;

    /// <summary>Each so-many-th frame is enough to find the projection.</summary>
    private const int ProjectionStride = 2;

    private const int NoiseSeed = 5;

    /// <summary>In pieces of model work, at the same time where there are threads; the result does not depend on their number.</summary>
    /// <exception cref="SpeechException">flite is not installed.</exception>
    public static async Task<PhraseModel> TrainAsync()
    {
        var (states, usualMean, utterances, chains) = await HearAsync();
        var space = FindSpace(utterances, states.Count);
        return new(states.Count, usualMean, space, await FitMixturesAsync(utterances, space, states.Count), chains);
    }

    private static async Task<(PhoneStates, float[] UsualMean, Utterance[], List<PhraseChain>)> HearAsync()
    {
        var samples = new List<SpeechSample>();
        var noise = new TrainingNoise(NoiseSeed);
        var sum = new double[CepstralFeatures.Count];
        foreach (var recording in SpeechSamples.Record())
        {
            // The noise is one sequence: it is added to one after the other, while the next ones are being spoken.
            samples.Add(await recording);
            foreach (var energies in samples[^1].Energies)
            {
                noise.AddTo(energies);
                CepstralFeatures.Compute(energies, [], out var mean);
                for (var k = 0; k < sum.Length; k++) sum[k] += mean[k];
            }
        }
        var states = new PhoneStates(samples);
        var count = samples.Sum(sample => sample.Energies.Count);
        float[] usualMean = [.. sum.Select(value => (float)(value / count))];
        var utterances = await Task.WhenAll(samples.Select(sample => ModelWork.StartAsync(
            () => Utterances(sample, states, usualMean), CancellationToken.None)));
        return (states, usualMean, [.. utterances.SelectMany(warps => warps)], Chains(samples, states));
    }

    private static Utterance[] Utterances(SpeechSample sample, PhoneStates states, float[] usualMean)
    {
        var labels = states.Label(sample);
        return [.. sample.Energies.Select(energies => new Utterance(CepstralFeatures.Compute(energies, usualMean, out _), labels))];
    }

    private static FeatureSpace FindSpace(Utterance[] utterances, int stateCount)
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

    private static async Task<GaussianMixture[]> FitMixturesAsync(Utterance[] utterances, FeatureSpace space, int stateCount)
    {
        var counts = new int[stateCount];
        foreach (var (_, labels) in utterances)
            foreach (var label in labels) counts[label]++;
        float[][] vectors = [.. counts.Select(count => new float[count * Dimensions])];
        Array.Clear(counts);
        foreach (var (cepstra, labels) in utterances)
        {
            var projected = space.Project(cepstra);
            for (var t = 0; t < labels.Length; t++)
                projected.AsSpan(t * Dimensions, Dimensions).CopyTo(vectors[labels[t]].AsSpan(counts[labels[t]]++ * Dimensions));
        }
        return await Task.WhenAll(vectors.Select(data => ModelWork.StartAsync(
            () => GaussianMixture.Fit(data, Dimensions, ComponentsPerState), CancellationToken.None)));
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

    private sealed record Utterance(float[] Cepstra, int[] Labels);
}
