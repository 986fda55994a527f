namespace Parley.Speech.Embedded;

/// <summary>All that is known about how the phrases sound. Immutable, so shared by all utterances.</summary>
/// <param name="StateCount">Of <see cref="PhoneStates"/>.</param>
/// <param name="UsualMean">Mean cepstra of the training speech.</param>
/// <param name="Space">What the mixtures' vectors are.</param>
/// <param name="Mixtures">One per state.</param>
/// <param name="Chains">Every pronunciation of every phrase.</param>
internal sealed record PhraseModel(
    int StateCount, float[] UsualMean, FeatureSpace Space, GaussianMixture[] Mixtures, IReadOnlyList<PhraseChain> Chains)
{
    /// <param name="energies">The utterance: frames × <see cref="FilterBank.Bands"/>, at least one frame.</param>
    public PhraseMatch Match(ReadOnlySpan<float> energies)
    {
        var cepstra = CepstralFeatures.Compute(energies, UsualMean, out _);
        var emissions = new Emissions(Space.Project(cepstra), Space.Dimensions, Mixtures);
        PhraseChain? best = null;
        float bestScore = float.NegativeInfinity, otherScore = float.NegativeInfinity;
        foreach (var chain in Chains)
        {
            var score = chain.Score(emissions);
            if (score > bestScore)
            {
                if (best is not null && best.Phrase != chain.Phrase) otherScore = bestScore;
                (best, bestScore) = (chain, score);
            }
            else if (chain.Phrase != best!.Phrase && score > otherScore)
            {
                otherScore = score;
            }
        }
        var loopScore = PhoneLoop.Score(emissions, StateCount);
        return PhraseMatch.Judge(best!, emissions, bestScore, otherScore, loopScore);
    }
}
