namespace Parley.Speech.Embedded;

/// <summary>When each phone and each token of an utterance ends, in seconds from its first sample.</summary>
/// <param name="Phones">flite's US English phones, "pau" for silence, in order.</param>
/// <param name="Tokens">The text's tokens (words without punctuation); those that are not spoken are left out.</param>
internal sealed record FliteTimings(IReadOnlyList<TimedName> Phones, IReadOnlyList<TimedName> Tokens)
{
    public const string Silence = "pau";

    private const string LastPhoneOfToken = "R:Token.daughtern.R:SylStructure.daughtern.daughtern.R:Segment.end";

    /// <summary>From the first phone that is no silence to the last, in seconds.</summary>
    public (float Start, float End) SpeechSpan
    {
        get
        {
            var count = Phones.Count;
            if (count == 0) return (0, float.MaxValue);
            var start = Phones[0].Name == Silence ? Phones[0].End : 0;
            var end = count > 1 && Phones[^1].Name == Silence ? Phones[^2].End : Phones[^1].End;
            return (start, end);
        }
    }

    /// <summary>Reads a planned utterance's relations. Only inside flite's callback.</summary>
    public static FliteTimings Read(nint utterance)
    {
        var phones = ReadRelation(utterance, "Segment", "end");
        var tokens = ReadRelation(utterance, "Token", LastPhoneOfToken);
        return new(phones, tokens);
    }

    private static List<TimedName> ReadRelation(nint utterance, string relation, string endPath)
    {
        var list = new List<TimedName>();
        if (FliteNative.HasRelation(utterance, relation) == 0) return list;
        for (var item = FliteNative.Head(FliteNative.Relation(utterance, relation)); item != 0; item = FliteNative.Next(item))
        {
            var end = FliteNative.FeatureFloat(item, endPath);
            if (end > 0) list.Add(new(FliteNative.FeatureString(item, "name"), end));
        }
        return list;
    }
}

internal readonly record struct TimedName(string Name, float End);
