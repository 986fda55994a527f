using System.Text;

namespace Parley.Speech.Replies;

/// <summary>
/// Drops the thoughts that some local reasoning models write before their answer, between &lt;think&gt; and &lt;/think&gt;.
/// Nobody should hear them. Only at the start of a reply, so that an answer may speak of the tag.
/// </summary>
internal sealed class ThinkingFilter
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    private readonly StringBuilder _held = new();
    private Phase _phase;

    private enum Phase { Start, Thinking, AfterThinking, Answer }

    /// <summary>What of the text so far is known to be answer and was not given yet. Blank space before the answer is dropped.</summary>
    public string Add(string delta)
    {
        if (_phase == Phase.Answer) return delta;
        _held.Append(delta);
        var text = _held.ToString();
        if (_phase == Phase.Start)
        {
            var start = text.TrimStart();
            if (start.StartsWith(Open, StringComparison.Ordinal)) _phase = Phase.Thinking;
            else if (Open.StartsWith(start, StringComparison.Ordinal)) return "";
            else return Answer(start);
        }
        if (_phase == Phase.Thinking)
        {
            var close = text.IndexOf(Close, StringComparison.Ordinal);
            if (close < 0) return "";
            _phase = Phase.AfterThinking;
            text = text[(close + Close.Length)..];
            _held.Clear().Append(text);
        }
        return text.TrimStart() is { Length: > 0 } answer ? Answer(answer) : "";
    }

    /// <summary>The text is complete: what was held back only because it might have become a tag.</summary>
    public string Flush() => _phase == Phase.Start && _held.Length > 0 ? Answer(_held.ToString().TrimStart()) : "";

    private string Answer(string text)
    {
        _phase = Phase.Answer;
        _held.Clear();
        return text;
    }
}
