namespace Parley.Speech.Embedded.Agent;

/// <summary>From words to what is wanted: first the phrases themselves, then key words, then likeness.</summary>
internal static class Understanding
{
    /// <summary>Null: not understood.</summary>
    public static Intent? Of(string text)
    {
        if (PhraseList.Find(text) is { } exact) return new Intent(exact.Id);
        var all = Words(text);
        var numbers = SpokenNumbers.Parse(all);
        var words = all.Where(word => !Polite.Contains(word)).ToList();
        if (words.Count == 0) words = all;
        if (words.Count == 0) return null;
        if (PhraseList.Find(string.Join(' ', words)) is { } polite) return new Intent(polite.Id, numbers);
        return (ByCalculation(words, numbers) ?? ByKeyWords(words) ?? ByLikeness(all)) is { } id ? new Intent(id, numbers) : null;
    }

    private static string? ByCalculation(List<string> words, IReadOnlyList<int> numbers)
    {
        if (numbers.Count != 2) return null;
        if (words.Contains("plus") || words.Contains("add")) return TypedId.Add;
        if (words.Contains("minus")) return TypedId.Subtract;
        return words.Contains("times") || words.Contains("multiplied") ? TypedId.Multiply : null;
    }

    private static string? ByKeyWords(List<string> words)
    {
        var set = words.ToHashSet();
        foreach (var (id, keys) in Keys)
            if (keys.All(key => key.Split('/').Any(set.Contains))) return id;
        return null;
    }

    /// <summary>The phrase that shares most words, when it shares enough of them.</summary>
    private static string? ByLikeness(List<string> words)
    {
        if (words.Count < 2) return null;
        var best = PhraseList.All
            .SelectMany(phrase => phrase.AlsoSpoken.Prepend(phrase.Text), (phrase, wording) => (phrase.Id, Score: Likeness(words, Words(wording))))
            .MaxBy(candidate => candidate.Score);
        return best.Score >= EnoughLikeness ? best.Id : null;
    }

    /// <summary>Dice's coefficient over words, 0…1.</summary>
    private static double Likeness(List<string> left, List<string> right)
    {
        var shared = left.Intersect(right).Count();
        return 2.0 * shared / (left.Distinct().Count() + right.Distinct().Count());
    }

    private static List<string> Words(string text) =>
    [
        .. text.ToLowerInvariant().Replace("what's", "what is", StringComparison.Ordinal).Replace("i'm", "i am", StringComparison.Ordinal)
            .Split(Separators, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim('\'', '"')).Where(word => word.Length > 0),
    ];

    private const double EnoughLikeness = 0.67;

    private static readonly char[] Separators = [' ', '\t', '\n', '\r', '.', ',', ';', ':', '!', '?', '-', '(', ')', '…', '—', '–', '"', '“', '”', '’'];

    private static readonly HashSet<string> Polite =
        ["please", "hey", "parley", "can", "could", "would", "you", "kindly", "now", "just", "ok", "okay", "so", "um", "uh", "well"];

    /// <summary>All keys must occur; a slash separates alternatives. The first entry that fits wins.</summary>
    private static readonly (string Id, string[] Keys)[] Keys =
    [
        (TypedId.WhatDidISay, ["what", "did/have", "i", "say/said/ask"]),
        (TypedId.WhatDidYouSay, ["what", "did", "say"]),
        (PhraseId.BeQuiet, ["quiet/shush/silence"]),
        (PhraseId.Stop, ["stop/enough"]),
        (PhraseId.StartOver, ["start/begin", "over/again"]),
        (PhraseId.SayAgain, ["again/repeat/pardon"]),
        (PhraseId.Continue, ["continue/resume"]),
        (PhraseId.Continue, ["go/carry/keep", "on/going"]),
        (PhraseId.CountDown, ["count", "down"]),
        (PhraseId.CountToTen, ["count"]),
        (PhraseId.Timer, ["timer/countdown/alarm"]),
        (PhraseId.MinuteLength, ["long", "minute"]),
        (PhraseId.Joke, ["joke/jokes"]),
        (PhraseId.Riddle, ["riddle/riddles"]),
        (PhraseId.Poem, ["poem/poems/poetry"]),
        (PhraseId.Song, ["song/songs/sing"]),
        (PhraseId.FunFact, ["fact/facts"]),
        (PhraseId.Story, ["story/stories/tale"]),
        (PhraseId.AnotherOne, ["another/more", "one"]),
        (PhraseId.Weather, ["weather/rain/sunny"]),
        (PhraseId.SpellName, ["spell"]),
        (PhraseId.YourName, ["your", "name"]),
        (PhraseId.WhoMadeYou, ["who", "made/built/wrote/created"]),
        (PhraseId.AreYouRobot, ["robot/human/machine/computer"]),
        (PhraseId.MeaningOfLife, ["meaning", "life"]),
        (PhraseId.CapitalOfFrance, ["capital", "france"]),
        (PhraseId.Planets, ["planets"]),
        (PhraseId.Weekdays, ["days", "week"]),
        (PhraseId.Alphabet, ["alphabet"]),
        (PhraseId.Coin, ["coin"]),
        (PhraseId.Dice, ["dice/die"]),
        (PhraseId.RandomNumber, ["random/number"]),
        (PhraseId.Time, ["time/clock"]),
        (PhraseId.Day, ["day/date/today"]),
        (PhraseId.Slower, ["slower/slowly"]),
        (PhraseId.Faster, ["faster"]),
        (PhraseId.NeverMind, ["nevermind"]),
        (PhraseId.Bored, ["bored/boring"]),
        (PhraseId.Funny, ["funny/haha/lol"]),
        (PhraseId.Help, ["help"]),
        (PhraseId.GoodNight, ["good", "night"]),
        (PhraseId.GoodMorning, ["good", "morning/afternoon/evening"]),
        (PhraseId.Goodbye, ["bye/goodbye"]),
        (PhraseId.Yes, ["yes/yeah/yep/sure/yup/absolutely"]),
        (PhraseId.No, ["no/nope/nah"]),
        (PhraseId.Maybe, ["maybe/perhaps"]),
        (PhraseId.ThankYou, ["thanks/thank"]),
        (PhraseId.HowAreYou, ["how", "are"]),
        (PhraseId.CanYouHearMe, ["hear", "me"]),
        (PhraseId.DoNotUnderstand, ["don't/not", "understand/get"]),
        (PhraseId.Hello, ["hi/hello/hallo/greetings"]),
    ];
}
