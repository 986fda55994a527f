namespace Parley.Conversation.Turns;

/// <summary>What the words of a turn say about its end.</summary>
public enum WordsState
{
    /// <summary>There are no words.</summary>
    None,

    /// <summary>They may be the end or not.</summary>
    Unclear,

    /// <summary>They end a sentence.</summary>
    Finished,

    /// <summary>Something has to follow.</summary>
    Unfinished,
}

/// <summary>
/// Judges by the end of the words: punctuation in any script, and English words that no sentence ends with. Recognisers differ in what
/// punctuation they write, so that its lack says nothing.
/// </summary>
public static class Sentence
{
    private const string Ends = ".?!。？！؟।";
    private const string GoesOn = ",;:-–—…、，；：،";

    /// <summary>Articles, conjunctions, possessives, auxiliaries in their contracted forms, and sounds of thinking.</summary>
    private static readonly HashSet<string> NeverLast = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "the", "and", "or", "but", "because", "if", "unless", "although", "while", "whereas", "than",
        "my", "your", "our", "their", "its", "every",
        "i'm", "i'd", "i'll", "i've", "you're", "we're", "they're", "it's", "that's", "there's", "let's",
        "um", "uh", "er", "erm", "uhm", "hmm", "hm", "mm",
    };

    /// <summary>Words that may end a sentence ("What is it for?") and mostly do not.</summary>
    private static readonly HashSet<string> SeldomLast = new(StringComparer.OrdinalIgnoreCase)
    {
        "to", "of", "for", "with", "from", "at", "by", "in", "on", "into", "about", "between", "as", "like",
        "is", "are", "was", "were", "be", "i", "we", "they", "he", "she", "which", "who", "when", "where", "that",
        "some", "any", "not", "very", "really", "please", "maybe", "also", "then", "could", "would", "should", "can", "will",
    };

    public static WordsState Judge(string words)
    {
        var text = words.AsSpan().TrimEnd().TrimEnd("\"'”’»)");
        if (text.IsEmpty) return WordsState.None;
        if (text.EndsWith("...") || GoesOn.Contains(text[^1], StringComparison.Ordinal)) return WordsState.Unfinished;
        var hasEnd = Ends.Contains(text[^1], StringComparison.Ordinal);
        var last = LastWord(text.TrimEnd(Ends));
        // A recogniser puts a full stop behind everything that it takes for the end of the audio.
        if (NeverLast.Contains(last)) return WordsState.Unfinished;
        if (SeldomLast.Contains(last)) return text[^1] == '?' ? WordsState.Finished : hasEnd ? WordsState.Unclear : WordsState.Unfinished;
        return hasEnd ? WordsState.Finished : WordsState.Unclear;
    }

    private static string LastWord(ReadOnlySpan<char> text)
    {
        var start = text.LastIndexOf(' ') + 1;
        return text[start..].ToString().Replace('’', '\'');
    }
}
