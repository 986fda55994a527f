using System.Text;

namespace Parley.Speech.Replies;

/// <summary>
/// Text as a voice says it: without markdown, emoji, link targets and control characters. It remembers where each of its
/// characters stood, so that a time in the audio can be told as a place in the original.
/// </summary>
internal sealed class SpokenText
{
    public static readonly SpokenText Empty = new("", [], 0, "");

    private readonly int[] _sourceEnds;
    private readonly int _sourceLength;
    private readonly string _source;

    private SpokenText(string text, int[] sourceEnds, int sourceLength, string source)
    {
        Text = text;
        _sourceEnds = sourceEnds;
        _sourceLength = sourceLength;
        _source = source;
    }

    public string Text { get; }

    /// <param name="source">One clause.</param>
    /// <param name="startsLine">True where the clause begins a line: list and heading marks are marks only there.</param>
    public static SpokenText From(string source, bool startsLine) => new Cleaner(source, startsLine).Clean();

    /// <summary>Characters of the source that are heard with the first <paramref name="spokenLength"/> characters spoken; whole words, with their punctuation.</summary>
    public int SourceLength(int spokenLength)
    {
        if (spokenLength <= 0) return 0;
        if (spokenLength >= Text.Length) return _sourceLength;
        var end = _sourceEnds[spokenLength - 1];
        while (end < _source.Length && !char.IsWhiteSpace(_source[end]) && !char.IsLetterOrDigit(_source[end]) && !char.IsSurrogate(_source[end])) end++;
        return end;
    }

    private sealed class Cleaner(string source, bool startsLine)
    {
        private readonly StringBuilder _text = new(source.Length);
        private readonly List<int> _ends = new(source.Length);
        private int _at;
        private bool _hasWord;

        public SpokenText Clean()
        {
            if (startsLine) SkipLineMarks();
            while (_at < source.Length)
            {
                if (source[_at] == '\n')
                {
                    Say(' ');
                    _at++;
                    SkipLineMarks();
                }
                else
                {
                    Step();
                }
            }
            while (_text.Length > 0 && _text[^1] == ' ')
            {
                _text.Length--;
                _ends.RemoveAt(_ends.Count - 1);
            }
            return _hasWord ? new SpokenText(_text.ToString(), [.. _ends], source.Length, source) : Empty;
        }

        private void SkipLineMarks()
        {
            var i = _at;
            while (i < source.Length && source[i] is ' ' or '\t' or '\n' or '\r') i++;
            var mark = i;
            while (mark < source.Length && source[mark] is '#' or '>') mark++;
            if (mark == i)
                while (mark < source.Length && source[mark] is '-' or '*' or '+' or '•' or '_' or '=') mark++;
            // A mark is followed by a space, or is a rule on its own; else it is part of the text: "*word*", "-5".
            if (mark > i && (mark == source.Length || char.IsWhiteSpace(source[mark]))) i = mark;
            _at = i;
        }

        private void Step()
        {
            var c = source[_at];
            switch (c)
            {
                case '*' or '×' when IsBetweenDigits():
                    Say(" times ");
                    break;
                case '*' or '`' or '~' or '{' or '}' or '^':
                    break;
                case '_' or '|':
                    Say(' ');
                    break;
                case '\\' when _at + 1 < source.Length && char.IsPunctuation(source[_at + 1]):
                    Say(source[++_at]);
                    break;
                case '\\':
                    Say(' ');
                    break;
                case '#':
                    if (_at + 1 < source.Length && char.IsDigit(source[_at + 1])) Say("number ");
                    break;
                case '[' or ']':
                    SkipBracket(c);
                    return;
                case '!' when _at + 1 < source.Length && source[_at + 1] == '[':
                    break;
                case '<' when TagLength() is var length and > 0:
                    _at += length;
                    return;
                case 'h' when UrlLength(out var hostStart, out var hostEnd) is var length and > 0:
                    for (_at = hostStart; _at < hostEnd; _at++) Say(source[_at]);
                    _at = hostEnd;
                    SkipTo(length);
                    return;
                case '\u2018' or '\u2019':
                    Say('\'');
                    break;
                case '\u201C' or '\u201D':
                    Say('"');
                    break;
                default:
                    SayRune();
                    return;
            }
            _at++;
        }

        private void SkipTo(int end)
        {
            _at = end;
            if (_ends.Count > 0) _ends[^1] = end;
        }

        private bool IsBetweenDigits()
        {
            int before = _at - 1, after = _at + 1;
            while (before >= 0 && source[before] == ' ') before--;
            while (after < source.Length && source[after] == ' ') after++;
            return before >= 0 && after < source.Length && char.IsDigit(source[before]) && char.IsDigit(source[after]);
        }

        /// <summary>[words](target) is said as its words, a footnote [1] not at all.</summary>
        private void SkipBracket(char c)
        {
            _at++;
            if (c == '[')
            {
                var close = _at;
                while (close < source.Length && char.IsDigit(source[close])) close++;
                if (close > _at && close < source.Length && source[close] == ']') _at = close + 1;
            }
            else if (_at < source.Length && source[_at] == '(')
            {
                var close = source.IndexOf(')', _at);
                if (close >= 0) SkipTo(close + 1);
            }
        }

        /// <summary>The length of an HTML tag here, 0 when it is none.</summary>
        private int TagLength()
        {
            if (_at + 2 >= source.Length || !(char.IsAsciiLetter(source[_at + 1]) || source[_at + 1] == '/')) return 0;
            var close = source.IndexOf('>', _at);
            return close < 0 ? 0 : close - _at + 1;
        }

        /// <summary>Of an address only the host is said. Gives the address's end, 0 when there is none here.</summary>
        private int UrlLength(out int hostStart, out int hostEnd)
        {
            hostStart = hostEnd = 0;
            var rest = source.AsSpan(_at);
            var scheme = rest.StartsWith("https://") ? 8 : rest.StartsWith("http://") ? 7 : 0;
            if (scheme == 0) return 0;
            hostStart = _at + scheme;
            if (source.AsSpan(hostStart).StartsWith("www.")) hostStart += 4;
            hostEnd = hostStart;
            while (hostEnd < source.Length && (char.IsLetterOrDigit(source[hostEnd]) || source[hostEnd] is '.' or '-')) hostEnd++;
            var end = hostEnd;
            while (end < source.Length && !char.IsWhiteSpace(source[end]) && source[end] is not (')' or ']' or '>' or '"')) end++;
            while (end > hostEnd && source[end - 1] is '.' or ',' or '!' or '?' or ';' or ':') end--;
            while (hostEnd > hostStart && source[hostEnd - 1] == '.') hostEnd--;
            return Math.Max(end, hostEnd);
        }

        private void SayRune()
        {
            if (!Rune.TryGetRuneAt(source, _at, out var rune))
            {
                _at++; // half a character: a chunk of text was cut badly by the model's server
                return;
            }
            _at += rune.Utf16SequenceLength;
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune)) Say(' ', _at);
            else if (!IsSilent(rune.Value)) Say(rune, _at);
        }

        /// <summary>Pictures and what joins them. Mathematical operators (2200–22FF) and the degree sign are said.</summary>
        private static bool IsSilent(int rune) => rune
            is >= 0x1F000
            or (>= 0x2190 and <= 0x21FF) or (>= 0x2300 and <= 0x2BFF)
            or (>= 0xFE00 and <= 0xFE0F) or 0x200B or 0x200C or 0x200D or 0x20E3 or 0xFEFF or (>= 0xE000 and <= 0xF8FF);

        private void Say(string words)
        {
            foreach (var c in words) Say(c);
        }

        private void Say(char c) => Say(c, _at + 1);

        private void Say(char c, int end)
        {
            if (c == ' ' && (_text.Length == 0 || _text[^1] == ' ')) return;
            _text.Append(c);
            _ends.Add(end);
            _hasWord |= char.IsLetterOrDigit(c);
        }

        private void Say(Rune rune, int end)
        {
            if (rune.IsBmp)
            {
                Say((char)rune.Value, end);
                return;
            }
            _text.Append(rune.ToString());
            for (var i = 0; i < rune.Utf16SequenceLength; i++) _ends.Add(end);
            _hasWord |= Rune.IsLetterOrDigit(rune);
        }
    }
}
