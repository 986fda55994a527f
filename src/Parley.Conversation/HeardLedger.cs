namespace Parley.Conversation;

/// <summary>
/// What of one spoken reply has been heard: how much audio there is, how much of it played, and which text that audio
/// speaks. Text counts as heard only when a mark proves it, or when the whole reply has played.
/// </summary>
public sealed class HeardLedger
{
    private readonly List<SpokenMark> _marks = [];

    public HeardLedger()
    {
    }

    /// <summary>Of a reply that was spoken before.</summary>
    public HeardLedger(TimeSpan audioDuration, IEnumerable<SpokenMark> marks) => (AudioDuration, _marks) = (audioDuration, [.. marks]);

    /// <summary>In order; both places grow.</summary>
    public IReadOnlyList<SpokenMark> Marks => _marks;

    /// <summary>Length of the audio that the reply has brought so far.</summary>
    public TimeSpan AudioDuration { get; private set; }

    /// <summary>How much of the audio has been sent.</summary>
    public TimeSpan Played { get; private set; }

    public void AddAudio(TimeSpan duration) => AudioDuration += duration;

    /// <summary>A mark that does not grow in both places says nothing new and is left out.</summary>
    public void AddMark(TimeSpan position, int textLength)
    {
        if (_marks.Count > 0 && (position < _marks[^1].Position || textLength <= _marks[^1].TextLength)) return;
        _marks.Add(new SpokenMark(position, textLength));
    }

    /// <summary>Playing never goes backwards, and not past the audio that exists.</summary>
    public void HandlePlayed(TimeSpan played)
    {
        var bounded = played < AudioDuration ? played : AudioDuration;
        if (bounded > Played) Played = bounded;
    }

    /// <summary>The part of <paramref name="text"/> that is heard when <paramref name="position"/> of the audio has played.</summary>
    /// <param name="isWhole">True: the audio speaks all of the text, so that its end proves all of it.</param>
    public string HeardText(string text, TimeSpan position, bool isWhole)
    {
        if (isWhole && position >= AudioDuration && AudioDuration > TimeSpan.Zero) return text;
        var length = Math.Min(ProvenLength(position), text.Length);
        if (length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length].TrimEnd();
    }

    private int ProvenLength(TimeSpan position)
    {
        var (low, high) = (0, _marks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_marks[middle].Position <= position) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : Math.Max(0, _marks[low - 1].TextLength);
    }
}

/// <summary>When <paramref name="Position"/> of the audio has played, the first <paramref name="TextLength"/> characters of the text have been heard.</summary>
public readonly record struct SpokenMark(TimeSpan Position, int TextLength);
