namespace Parley.Speech.Embedded;

/// <summary>Other ways in which flite's American phones are spoken.</summary>
internal static class Pronunciation
{
    private static readonly HashSet<string> Vowels =
        ["aa", "ae", "ah", "ao", "aw", "ax", "ay", "eh", "er", "ey", "ih", "iy", "ow", "oy", "uh", "uw"];

    public static IEnumerable<IReadOnlyList<string>> Variants(IReadOnlyList<string> phones)
    {
        yield return phones;
        var withoutR = WithoutR(phones);
        if (withoutR.Count != phones.Count || !withoutR.SequenceEqual(phones)) yield return withoutR;
    }

    /// <summary>As most of England says it: no r but before a vowel; after a high vowel a schwa stands for it.</summary>
    private static List<string> WithoutR(IReadOnlyList<string> phones)
    {
        var result = new List<string>();
        for (var i = 0; i < phones.Count; i++)
        {
            var isLast = i + 1 == phones.Count;
            if (phones[i] == "er" && isLast)
            {
                result.Add("ax");
            }
            else if (phones[i] == "r" && (isLast || !Vowels.Contains(phones[i + 1])))
            {
                if (i > 0 && phones[i - 1] is "ih" or "eh" or "uh") result.Add("ax");
            }
            else
            {
                result.Add(phones[i]);
            }
        }
        return result;
    }
}
