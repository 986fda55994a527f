namespace Parley.Speech.Embedded;

/// <summary>The phrase that fits an utterance best, and how sure that is.</summary>
/// <param name="Phrase">Index in <see cref="PhraseList.All"/>.</param>
/// <param name="Confidence">Log odds that it is right.</param>
internal readonly record struct PhraseMatch(int Phrase, float Confidence)
{
    /// <summary>Below this the speaker is asked again.</summary>
    public const float LeastConfidence = 0;

    /// <summary>Frames that a phone takes at a usual pace.</summary>
    private const double UsualFramesPerPhone = 8.5;

    public bool IsSure => Confidence >= LeastConfidence;

    /// <summary>
    /// Log odds by logistic regression over what tells a right match from a wrong one or from other speech. Weights fitted
    /// on the tuning voices and sentences of the evaluation, never on its held-out ones.
    /// </summary>
    public static PhraseMatch Judge(PhraseChain chain, Emissions emissions, float score, float otherScore, float loopScore)
    {
        var path = chain.Align(emissions);
        var (inside, outside) = (0, 0);
        float silenceFit = 0;
        for (var t = 0; t < path.Length; t++)
        {
            if (!chain.IsOutside(path[t]))
            {
                inside++;
                continue;
            }
            outside++;
            var best = float.NegativeInfinity;
            foreach (var state in emissions[t]) best = Math.Max(best, state);
            silenceFit += (emissions[t][PhoneStates.Silence] - best) / Emissions.Scale;
        }
        inside = Math.Max(5, inside);
        var perFrame = 1 / (inside * Emissions.Scale);
        var pace = (float)Math.Abs(Math.Log(inside / (chain.PhoneCount * UsualFramesPerPhone)));
        var confidence = 2.7f
            + 1.0f * (score - loopScore) * perFrame
            + 1.1f * (score - otherScore) * perFrame
            - 2.9f * pace
            + 0.4f * silenceFit / Math.Max(1, outside)
            + 2.4f / chain.PhoneCount;
        return new(chain.Phrase, confidence);
    }
}
