using Parley.Conversation;

namespace Parley.Realtime.Tests;

/// <summary>What the models bring for one request, and how long after it.</summary>
internal sealed record ScriptedReply(IReadOnlyList<(TimeSpan Delay, ReplyEvent Event)> Events)
{
    private static readonly TimeSpan FirstWord = TimeSpan.FromMilliseconds(200);

    /// <summary>Spoken words of <paramref name="wordSeconds"/> each, generated <paramref name="speed"/> times faster than they sound.</summary>
    public static ScriptedReply Says(string text, double wordSeconds = 0.3, double speed = 10, ReplyEvent? end = null)
    {
        var events = new List<(TimeSpan, ReplyEvent)>();
        var delay = FirstWord;
        var length = 0;
        var position = TimeSpan.Zero;
        foreach (var word in text.Split(' '))
        {
            var delta = length == 0 ? word : " " + word;
            length += delta.Length;
            position += TimeSpan.FromSeconds(wordSeconds);
            events.Add((delay, new ReplyText(delta)));
            events.Add((delay + TimeSpan.FromMilliseconds(5), new ReplyMark(position, length)));
            events.Add((delay + TimeSpan.FromMilliseconds(5), new ReplyAudio(new short[(int)(wordSeconds * 24_000)])));
            delay += TimeSpan.FromSeconds(wordSeconds / speed);
        }
        events.Add((delay + TimeSpan.FromMilliseconds(10), end ?? new ReplyCompleted(new ReplyUsage(20, 10))));
        return new ScriptedReply(events);
    }

    public static ScriptedReply Of(params ReplyEvent[] events) =>
        new([.. events.Select((replyEvent, index) => (FirstWord + TimeSpan.FromMilliseconds(index), replyEvent))]);
}
