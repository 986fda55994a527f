using System.Text;

namespace Parley.Speech.Replies;

/// <summary>
/// Cuts a reply's text, as it comes, into clauses to speak. It decides character by character, so the way the text was
/// chunked does not matter; the clauses concatenate to the text exactly. The first clause is cut early, because the
/// listener waits for it; later ones at ends of sentences, because whole sentences sound better.
/// </summary>
internal sealed class ClauseSplitter
{
    private readonly StringBuilder _pending = new();
    private readonly StringBuilder _lineHead = new();
    private readonly Queue<Clause> _clauses = new();
    private int _start;
    private int _words;
    private bool _inWord;
    private bool _isFirst = true;
    private bool _startsLine = true;
    private bool _lineIsFence;
    private bool _inCode;
    private Boundary _candidate;
    private int _candidateEnd;
    private bool _candidateHasSpace;

    private enum Boundary
    {
        None,
        /// <summary>A full stop: what follows says whether it ends a sentence.</summary>
        Stop,
        /// <summary>A full stop after something like "etc": at most the end of a clause.</summary>
        Abbreviation,
        /// <summary>A full stop after something like "No": a number follows, or the sentence ends.</summary>
        NumberSign,
        Soft,
        Hard,
    }

    public void Add(ReadOnlySpan<char> delta)
    {
        foreach (var c in delta) Add(c);
    }

    /// <summary>The text is complete, or pauses for a tool: what is pending is a clause.</summary>
    public void Flush()
    {
        if (_pending.Length > 0) Cut();
    }

    public bool TryTake(out Clause clause) => _clauses.TryDequeue(out clause!);

    private void Add(char c)
    {
        var isSpace = char.IsWhiteSpace(c);
        if (_candidate != Boundary.None) FollowCandidate(c, isSpace);

        _pending.Append(c);
        if (c == '\n')
        {
            EndLine();
            return;
        }
        WatchLineHead(c, isSpace);
        if (_lineIsFence || _inCode)
        {
            if (_pending.Length >= HardLimit) CutWhole(c);
            return;
        }
        CountWord(c, isSpace);
        if (_candidate == Boundary.None)
        {
            if (isSpace) SetCandidate(BoundaryBeforeSpace());
            else if (c is '。' or '！' or '？') SetCandidate(Boundary.Hard);
            else if (c is '—' or '、') SetCandidate(Boundary.Soft);
        }

        if (_pending.Length >= (_isFirst ? FirstLimit : LaterLimit) && isSpace && _words > 0) Cut();
        else if (_pending.Length >= HardLimit) CutWhole(c);
    }

    private void EndLine()
    {
        if (_lineIsFence) _inCode = !_inCode;
        if (_lineIsFence || _inCode || _words > 0) Cut();
        _lineIsFence = false;
        _lineHead.Clear();
        _candidate = Boundary.None;
        if (_pending.Length == 0) _startsLine = true;
    }

    /// <summary>A line that begins with three backticks or tildes opens or closes a code block (CommonMark 4.5).</summary>
    private void WatchLineHead(char c, bool isSpace)
    {
        if (_lineHead.Length >= 3 || (isSpace && _lineHead.Length == 0)) return;
        _lineHead.Append(c);
        if (_lineHead.Length != 3 || _lineHead.ToString() is not ("```" or "~~~")) return;
        _lineIsFence = true;
        _candidate = Boundary.None;
    }

    private void CountWord(char c, bool isSpace)
    {
        var isWide = c >= FirstWideCharacter && char.IsLetter(c);
        if (isWide) _words++;
        else if (char.IsLetterOrDigit(c) && !_inWord) _words++;
        _inWord = !isSpace && !isWide && (_inWord || char.IsLetterOrDigit(c));
    }

    private void SetCandidate(Boundary boundary)
    {
        _candidate = boundary;
        _candidateEnd = _pending.Length;
        _candidateHasSpace = _pending.Length > 0 && char.IsWhiteSpace(_pending[^1]);
    }

    /// <summary>
    /// Closing marks and spaces belong to the clause that may end here; after a space, opening marks belong to the next, and the
    /// first character behind them decides.
    /// </summary>
    private void FollowCandidate(char next, bool isSpace)
    {
        if (isSpace || (!_candidateHasSpace && IsMark(next)))
        {
            if (_candidateEnd != _pending.Length) return;
            _candidateEnd++;
            _candidateHasSpace |= isSpace;
        }
        else if (!IsMark(next))
        {
            Decide(next);
        }
    }

    private void Decide(char next)
    {
        var strength = _candidate switch
        {
            Boundary.Stop => char.IsLower(next) ? Boundary.Soft : Boundary.Hard,
            Boundary.Abbreviation => char.IsUpper(next) ? Boundary.Soft : Boundary.None,
            Boundary.NumberSign => char.IsDigit(next) ? Boundary.None : Boundary.Hard,
            var other => other,
        };
        _candidate = Boundary.None;
        var isCut = strength switch
        {
            Boundary.Hard => _words >= 2,
            Boundary.Soft => _isFirst ? _words >= 3 : _candidateEnd >= LaterSoftLength,
            _ => false,
        };
        if (isCut) Cut(_candidateEnd);
    }

    /// <summary>What the text before a space says; closing quotes and markup are looked through.</summary>
    private Boundary BoundaryBeforeSpace()
    {
        var end = _pending.Length - 1;
        while (end > 0 && IsMark(_pending[end - 1])) end--;
        if (end == 0) return Boundary.None;
        switch (_pending[end - 1])
        {
            case '!' or '?' or '…': return Boundary.Hard;
            case ',' or ';' or ':': return Boundary.Soft;
            case '-' or '–' when end >= 2 && char.IsWhiteSpace(_pending[end - 2]): return Boundary.Soft;
            case '.': return BoundaryAfterStop(end - 1);
            default: return Boundary.None;
        }
    }

    private Boundary BoundaryAfterStop(int stop)
    {
        var start = stop;
        while (start > 0 && !char.IsWhiteSpace(_pending[start - 1])) start--;
        var isLineStart = IsBlank(start);
        while (start < stop && !char.IsLetterOrDigit(_pending[start])) start++;
        var word = _pending.ToString(start, stop - start);
        if (word.Length == 0) return Boundary.Stop;
        if (word[^1] == '.') return Boundary.Stop; // an ellipsis
        if (word.Length == 1 && char.IsUpper(word[0]) && word[0] != 'I') return Boundary.None; // J. Smith
        if (isLineStart && word.All(char.IsDigit)) return Boundary.None; // the marker of a list
        if (NeverEnds.Contains(word)) return Boundary.None;
        if (MayEnd.Contains(word)) return Boundary.Abbreviation;
        return BeforeNumbers.Contains(word) ? Boundary.NumberSign : Boundary.Stop;
    }

    private bool IsBlank(int length)
    {
        for (var i = length - 1; i >= 0; i--)
        {
            if (_pending[i] == '\n') return true;
            if (!char.IsWhiteSpace(_pending[i])) return false;
        }
        return _startsLine;
    }

    /// <summary>Cuts text that has no place to cut, but not inside a character of two units.</summary>
    private void CutWhole(char last)
    {
        if (!char.IsHighSurrogate(last)) Cut();
    }

    private void Cut() => Cut(_pending.Length);

    /// <summary>What is behind the cut are marks only, no word.</summary>
    private void Cut(int length)
    {
        var text = _pending.ToString(0, length);
        var spoken = _lineIsFence || _inCode ? SpokenText.Empty : SpokenText.From(text, _startsLine);
        _clauses.Enqueue(new Clause(_start, text, spoken));
        _start += length;
        _startsLine = text[^1] == '\n';
        if (spoken.Text.Length > 0) _isFirst = false;
        _pending.Remove(0, length);
        _words = 0;
        _inWord = false;
        _candidate = Boundary.None;
    }

    /// <summary>Quotes, brackets and markup around words.</summary>
    private static bool IsMark(char c) => c is '"' or '“' or '”' or '‘' or '’' or '\'' or '(' or ')' or '[' or ']' or '{' or '}' or '*' or '_' or '`'
        or '「' or '」' or '『' or '』';

    /// <summary>Characters after which a first clause ends at the next space, punctuation or not: about six seconds of speech.</summary>
    private const int FirstLimit = 90;

    private const int LaterLimit = 240;

    /// <summary>A later clause is cut at a comma only when it has become this long.</summary>
    private const int LaterSoftLength = 120;

    /// <summary>Characters after which text without any space is cut.</summary>
    private const int HardLimit = 400;

    /// <summary>From here on (CJK radicals and later) a letter counts as a word.</summary>
    private const char FirstWideCharacter = '\u2E80';

    private static readonly HashSet<string> NeverEnds = new(StringComparer.OrdinalIgnoreCase)
    {
        "mr", "mrs", "ms", "dr", "prof", "st", "vs", "gen", "col", "sgt", "capt", "lt", "rev", "hon", "mt", "e.g", "i.e", "cf", "viz",
        "approx", "dept", "est",
    };

    private static readonly HashSet<string> MayEnd = new(StringComparer.OrdinalIgnoreCase)
    {
        "etc", "a.m", "p.m", "u.s", "u.k", "inc", "ltd", "co", "jr", "sr", "ph.d", "al",
    };

    private static readonly HashSet<string> BeforeNumbers = new(StringComparer.OrdinalIgnoreCase) { "no", "nos", "fig", "eq", "p", "pp", "vol", "ch", "art" };
}
