using System.Globalization;

namespace Parley.Speech.Embedded.Agent;

/// <summary>Where a dialogue stands. Folded over its turns; see <see cref="Dialogue"/>.</summary>
internal sealed class DialogueState
{
    public static readonly Answer Greeting =
        new("Hello! I am Parley's built-in agent. You can ask me for the time, for a joke, or for a story.");

    private readonly int[] _told = new int[Enum.GetValues<Piece>().Length];
    private int _turn;
    private int _notUnderstood;
    private Piece? _lastPiece;
    private Question _question;
    private string? _riddleAnswer;
    private string _lastSaid = "";
    private string? _lastPieceText;
    private Question _lastPieceQuestion;
    private (string Text, int At)? _unfinished;
    private string? _lastUser;

    public Answer Answer(DialogueTurn turn)
    {
        _turn++;
        var intent = turn.User is null ? null : Understanding.Of(turn.User);
        var answer = intent is null ? NotUnderstood(turn.User) : Answer(intent);
        if (intent is not null) _notUnderstood = 0;
        _question = answer.Question;
        _lastUser = turn.User ?? _lastUser;
        return answer;
    }

    /// <summary>What the user heard of the answer to a turn of the past.</summary>
    public void HandleHeard(Answer answer, string heard)
    {
        var said = answer.Call is null && IsPrefix(heard, answer.Text) ? answer.Text : heard;
        if (!answer.IsEcho && said.Length > 0) _lastSaid = said;
        if (!answer.IsPiece) return;
        _lastPieceText = answer.Text[answer.LeadLength..];
        _lastPieceQuestion = answer.Question;
        var at = IsPrefix(heard, answer.Text) ? heard.TrimEnd().Length : answer.Text.Length;
        _unfinished = at < answer.Text.Length
            ? (answer.Text[answer.LeadLength..], Math.Max(0, at - answer.LeadLength))
            : null;
    }

    private Answer Answer(Intent intent) => intent.Id switch
    {
        PhraseId.Hello => _turn == 1 ? Greeting : new("Hello again. What can I do for you?"),
        PhraseId.GoodMorning => new("Good day to you! What can I do for you?"),
        PhraseId.GoodNight => new("Good night. Sleep well."),
        PhraseId.HowAreYou => new("I am fine, thank you. All my rules are in order."),
        PhraseId.Goodbye => new("Goodbye! It was nice to talk to you."),
        PhraseId.ThankYou => new("You are welcome."),
        PhraseId.YourName => new("My name is Parley."),
        PhraseId.SpellName => new("It is spelled P, A, R, L, E, Y. Parley."),
        PhraseId.AboutYou => new("I am a small rule-based agent inside Parley. I need no network and no key. I know about fifty phrases, and I answer them at once. For real conversations, the operator can put a large language model in my place."),
        PhraseId.WhoMadeYou => new("The people who write Parley made me. Parley is open source."),
        PhraseId.AreYouRobot => new("Yes, I am a computer program, and a simple one. I follow rules that somebody wrote down."),
        PhraseId.WhatCanYouDo => new("I can tell the time and the day, count, set a timer for ten seconds, and tell jokes, facts, riddles, poems and stories. You can interrupt me whenever you like, and say: please continue."),
        PhraseId.Help => new("Of course. Say one of the phrases that I know. For example: what time is it, tell me a joke, or tell me a story. If I talk too long, say stop."),
        PhraseId.CanYouHearMe => new("Yes, I can hear you well."),

        PhraseId.Time => new("") { Call = Use(EmbeddedTools.GetTimeName, outcome => SpokenTime.Time(outcome) ?? NoClock, NoClock) },
        PhraseId.Day => new("") { Call = Use(EmbeddedTools.GetTimeName, outcome => SpokenTime.Day(outcome) ?? NoClock, NoClock) },
        PhraseId.Weather => new("I cannot look outside. I have no network and no window, so I do not know the weather."),
        PhraseId.MinuteLength => new("A minute is sixty seconds long. While you wait, it is longer."),
        PhraseId.Timer => Timer(intent.Numbers is [var seconds, ..] ? seconds : 10),

        PhraseId.Joke => Tell(Piece.Joke),
        PhraseId.FunFact => Tell(Piece.Fact),
        PhraseId.Riddle => Tell(Piece.Riddle),
        PhraseId.Poem => Tell(Piece.Poem),
        PhraseId.Song => Tell(Piece.Song),
        PhraseId.Story => Tell(Piece.Story),
        PhraseId.Coin => Tell(Piece.Coin),
        PhraseId.Dice => Tell(Piece.Dice),
        PhraseId.RandomNumber => Tell(Piece.Number),
        PhraseId.AnotherOne => Tell(_lastPiece ?? Piece.Joke),
        PhraseId.Bored => new("Then let us do something about it. Shall I tell you a joke?") { Question = Question.WantJoke },
        PhraseId.Funny => new("Thank you! Would you like another one?") { Question = Question.WantAnother },

        PhraseId.CountToTen => Count(1, intent.Numbers is [.., var end] ? end : 10),
        PhraseId.CountDown => Count(intent.Numbers is [var from, ..] ? from : 5, 0),
        PhraseId.TwoPlusTwo when intent.Numbers.Count == 0 => new("Two plus two is four."),
        PhraseId.TwoPlusTwo or TypedId.Add => Calculate(intent.Numbers, "plus", (a, b) => a + b),
        TypedId.Subtract => Calculate(intent.Numbers, "minus", (a, b) => a - b),
        TypedId.Multiply => Calculate(intent.Numbers, "times", (a, b) => a * b),
        PhraseId.Alphabet => new("A, B, C, D, E, F, G. H, I, J, K, L, M, N, O, P. Q, R, S, T, U, V. W, X, Y and Z.") { IsPiece = true },
        PhraseId.Weekdays => new("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday.") { IsPiece = true },
        PhraseId.Planets => new("Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus and Neptune. Pluto sends its regards.") { IsPiece = true },
        PhraseId.CapitalOfFrance => new("The capital of France is Paris."),
        PhraseId.MeaningOfLife => new("Some say that it is forty-two. I would say: good company and a good conversation."),
        PhraseId.OpenDoors => new("I would gladly open them, but I am not on a spaceship. And I am on your side."),

        PhraseId.SayAgain => SayAgain(),
        PhraseId.DoNotUnderstand => Explain(),
        PhraseId.Slower => new("I cannot change my own pace. The page or the application sets the speed of my voice."),
        PhraseId.Faster => new("I would, but the page or the application sets the speed of my voice."),
        PhraseId.Continue => Continue(),
        PhraseId.StartOver => StartOver(),
        PhraseId.NeverMind => new("All right, never mind."),
        PhraseId.BeQuiet => new("All right, I will be quiet."),
        PhraseId.Stop => new("All right, I stop."),
        PhraseId.Yes => Yes(),
        PhraseId.No => No(),
        PhraseId.Maybe => _question == Question.None
            ? new("Take your time.")
            : new("I take that as a yes, later. Just say yes or no.") { Question = _question },

        TypedId.WhatDidISay => _lastUser is null ? new("You have not said anything yet that I understood.") : new($"You said: {_lastUser}"),
        TypedId.WhatDidYouSay => SayAgain(),
        _ => new($"I recognised the phrase, but I have no answer to it yet."),
    };

    private Answer Tell(Piece piece)
    {
        _lastPiece = piece;
        var count = _told[(int)piece]++;
        switch (piece)
        {
            case Piece.Riddle:
                var (question, solution) = Pick(Repertoire.Riddles, count);
                _riddleAnswer = solution;
                return new Answer(question + " Say yes when you want to hear the answer.") { Question = Question.WantRiddleAnswer, IsPiece = true };
            case Piece.Coin:
                return new Answer(Chance(2) == 0 ? "It is heads." : "It is tails.");
            case Piece.Dice:
                return new Answer($"You rolled a {SpokenNumbers.Say(1 + Chance(6))}.");
            case Piece.Number:
                return new Answer($"My number is {SpokenNumbers.Say(1 + Chance(99))}.");
            case Piece.Joke:
                return new Answer(Pick(Repertoire.Jokes, count) + " Would you like another one?") { Question = Question.WantAnother, IsPiece = true };
            case Piece.Fact:
                return new Answer("Did you know? " + Pick(Repertoire.Facts, count)) { IsPiece = true };
            default:
                var list = piece switch { Piece.Poem => Repertoire.Poems, Piece.Song => Repertoire.Songs, _ => Repertoire.Stories };
                return new Answer(Pick(list, count)) { IsPiece = true };
        }
    }

    /// <summary>Chance without a random source: the same dialogue throws the same dice.</summary>
    private int Chance(int sides) => (int)((uint)(_turn * 2654435761u + (uint)_told.Sum() * 40503u) >> 16) % sides;

    private static T Pick<T>(IReadOnlyList<T> list, int count) => list[count % list.Count];

    private static Answer Timer(int seconds)
    {
        if (seconds is < 1 or > EmbeddedTools.LongestCountdownSeconds)
            return new Answer($"I can only set a timer for one to {SpokenNumbers.Say(EmbeddedTools.LongestCountdownSeconds)} seconds, because I keep the line while it runs.");
        var say = SpokenNumbers.Say(seconds);
        return new Answer($"{char.ToUpperInvariant(say[0])}{say[1..]} seconds, starting now.")
        {
            Call = new ToolUse(EmbeddedTools.CountdownName, new Dictionary<string, object?> { ["seconds"] = seconds },
                outcome => outcome.StartsWith("Error", StringComparison.Ordinal) ? "The timer did not work." : $"Your {say} seconds are over.",
                "But I have no timer here, so you have to count yourself."),
        };
    }

    private static Answer Count(int from, int to)
    {
        if (Math.Abs(to - from) > LongestCount) return new Answer($"That is too far for me. I count up to {SpokenNumbers.Say(LongestCount)} numbers.");
        var step = from <= to ? 1 : -1;
        var numbers = Enumerable.Range(0, Math.Abs(to - from) + 1).Select(i => SpokenNumbers.Say(from + step * i)).ToList();
        var text = string.Join(", ", numbers) + ".";
        return new Answer(char.ToUpperInvariant(text[0]) + text[1..]) { IsPiece = true };
    }

    private static Answer Calculate(IReadOnlyList<int> numbers, string name, Func<long, long, long> calculate)
    {
        if (numbers.Count != 2) return new Answer("I can calculate with two numbers. For example: what is seven plus five?");
        var result = calculate(numbers[0], numbers[1]);
        var say = result is >= 0 and <= 99 ? SpokenNumbers.Say((int)result) : result.ToString(CultureInfo.InvariantCulture);
        return new Answer($"{SpokenNumbers.Say(numbers[0])} {name} {SpokenNumbers.Say(numbers[1])} is {say}.");
    }

    private Answer SayAgain() => _lastSaid.Length == 0
        ? new Answer("I have not said anything yet.")
        : new Answer(_lastSaid) { IsEcho = true, IsPiece = _lastSaid == _lastPieceText, Question = _question };

    private Answer Explain()
    {
        if (_question == Question.WantRiddleAnswer) return Yes();
        if (_lastSaid.Length == 0) return new Answer("Then let me explain. " + Greeting.Text);
        var end = _lastSaid.IndexOfAny(['.', '?', '!']);
        return new Answer("I said: " + (end < 0 ? _lastSaid : _lastSaid[..(end + 1)]) + " Say that again, if you want to hear all of it.") { IsEcho = true };
    }

    /// <summary>Goes on at the start of the clause in which the listener stopped listening.</summary>
    private Answer Continue()
    {
        if (_unfinished is not var (text, at)) return new Answer("I had finished. Would you like to hear a story?") { Question = Question.WantStory };
        var start = text.LastIndexOfAny(['.', ',', '?', '!', ':'], Math.Max(0, at - 1));
        start = start < 0 ? 0 : start + 1;
        var lead = start == 0 ? "From the start, then." : "Where was I?";
        return new Answer($"{lead} {text[start..].TrimStart()}")
        {
            IsPiece = true,
            LeadLength = lead.Length + 1,
            Question = _lastPieceQuestion,
        };
    }

    private Answer StartOver()
    {
        const string lead = "From the start, then. ";
        return _lastPieceText is null ? Greeting : new Answer(lead + _lastPieceText) { IsPiece = true, LeadLength = lead.Length, Question = _lastPieceQuestion };
    }

    private Answer Yes() => _question switch
    {
        Question.WantJoke => Tell(Piece.Joke),
        Question.WantStory => Tell(Piece.Story),
        Question.WantAnother => Tell(_lastPiece ?? Piece.Joke),
        Question.WantRiddleAnswer => new Answer(_riddleAnswer ?? "I have forgotten it."),
        _ => new Answer("Yes to what? I did not ask anything."),
    };

    private Answer No() => _question switch
    {
        Question.WantJoke => new Answer("Then perhaps a story?") { Question = Question.WantStory },
        Question.WantRiddleAnswer => new Answer("Then think a little longer. Say yes when you want to hear the answer.") { Question = Question.WantRiddleAnswer },
        Question.None => new Answer("No to what? I did not ask anything."),
        _ => new Answer("All right. Just say what you would like."),
    };

    /// <summary>Honest, and never twice in the same words.</summary>
    private Answer NotUnderstood(string? words)
    {
        var time = _notUnderstood++;
        var phrases = PhraseList.All.Where(phrase => phrase.Text.Length > 14).ToList();
        var known = string.Join(" ", Enumerable.Range(0, 3).Select(i => Pick(phrases, _turn * 7 + i * 5).Text));
        var what = words is null ? "I heard you, but I did not catch the words." : "I do not know what to say to that.";
        var text = (time % 3) switch
        {
            0 => $"{what} I know a short list of phrases. For example: {known}",
            1 => $"I am sorry, I still do not understand. I am only a small rule-based agent. Try one of these: {known}",
            _ => $"That is not one of my phrases either. The page shows the whole list. You could say: {known}",
        };
        return new Answer(text) { Question = _question };
    }

    private static ToolUse Use(string name, Func<string, string> say, string without) =>
        new(name, new Dictionary<string, object?>(), say, without);

    private static bool IsPrefix(string heard, string text) => text.StartsWith(heard.TrimEnd(), StringComparison.Ordinal);

    private const string NoClock = "I am sorry, I have no clock here.";

    private const int LongestCount = 30;
}
