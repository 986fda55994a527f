namespace Parley.Speech.Embedded;

/// <summary>Places flite's token times in the text that was given to it.</summary>
internal static class WordMarks
{
    /// <param name="clean">What flite spoke; positions in it are positions in the caller's text.</param>
    /// <param name="tokens">Its tokens with the seconds where they end.</param>
    public static List<(float End, int TextLength)> Place(string clean, IReadOnlyList<TimedName> tokens)
    {
        var marks = new List<(float, int)>(tokens.Count);
        var cursor = 0;
        foreach (var token in tokens)
        {
            var start = clean.IndexOf(token.Name, cursor, StringComparison.Ordinal);
            if (start < 0) continue;
            cursor = start + token.Name.Length;
            while (cursor < clean.Length && !char.IsWhiteSpace(clean[cursor]) && !char.IsAsciiLetterOrDigit(clean[cursor])) cursor++;
            marks.Add((token.End, cursor));
        }
        if (marks.Count > 0) marks[^1] = (marks[^1].Item1, clean.Length);
        return marks;
    }
}
