using System.Collections.Frozen;

namespace Parley.Speech.Embedded;

/// <summary>
/// The phrases that the embedded recogniser knows, in the order in which they are printed. Chosen so that they make a
/// dialogue with a small agent and sound unlike each other.
/// </summary>
public static class PhraseList
{
    public static IReadOnlyList<Phrase> All { get; } =
    [
        new(PhraseId.Hello, "Hello."),
        new(PhraseId.GoodMorning, "Good morning."),
        new(PhraseId.HowAreYou, "How are you?"),
        new(PhraseId.YourName, "What is your name?", "what's your name"),
        new(PhraseId.AboutYou, "Tell me about yourself."),
        new(PhraseId.WhoMadeYou, "Who made you?"),
        new(PhraseId.AreYouRobot, "Are you a robot?"),
        new(PhraseId.WhatCanYouDo, "What can you do?"),
        new(PhraseId.CanYouHearMe, "Can you hear me?"),
        new(PhraseId.SpellName, "Spell your name."),
        new(PhraseId.Help, "Help!"),

        new(PhraseId.Time, "What time is it?"),
        new(PhraseId.Day, "What day is it today?"),
        new(PhraseId.Weather, "What is the weather like?", "what's the weather like"),
        new(PhraseId.Timer, "Set a timer for ten seconds."),
        new(PhraseId.MinuteLength, "How long is a minute?"),

        new(PhraseId.Joke, "Tell me a joke."),
        new(PhraseId.AnotherOne, "Another one, please."),
        new(PhraseId.Story, "Tell me a story."),
        new(PhraseId.Riddle, "Ask me a riddle."),
        new(PhraseId.Poem, "Recite a poem."),
        new(PhraseId.Song, "Sing a song for me."),
        new(PhraseId.FunFact, "Give me a fun fact."),
        new(PhraseId.Bored, "I am bored.", "I'm bored"),
        new(PhraseId.Funny, "That was very funny."),

        new(PhraseId.CountToTen, "Count to ten."),
        new(PhraseId.CountDown, "Count down from five."),
        new(PhraseId.Coin, "Flip a coin."),
        new(PhraseId.Dice, "Roll the dice."),
        new(PhraseId.RandomNumber, "Pick a random number."),
        new(PhraseId.TwoPlusTwo, "What is two plus two?", "what's two plus two"),

        new(PhraseId.Alphabet, "Say the alphabet."),
        new(PhraseId.Weekdays, "Name the days of the week."),
        new(PhraseId.Planets, "List all the planets."),
        new(PhraseId.CapitalOfFrance, "What is the capital of France?", "what's the capital of France"),
        new(PhraseId.MeaningOfLife, "What is the meaning of life?", "what's the meaning of life"),
        new(PhraseId.OpenDoors, "Open the pod bay doors."),

        new(PhraseId.SayAgain, "Say that again."),
        new(PhraseId.DoNotUnderstand, "I do not understand.", "I don't understand"),
        new(PhraseId.Slower, "Speak more slowly."),
        new(PhraseId.Faster, "Speak faster, please."),
        new(PhraseId.Continue, "Please continue."),
        new(PhraseId.StartOver, "Start over."),
        new(PhraseId.NeverMind, "Never mind."),
        new(PhraseId.BeQuiet, "Be quiet."),
        new(PhraseId.Stop, "Stop!"),

        new(PhraseId.Yes, "Yes."),
        new(PhraseId.No, "No."),
        new(PhraseId.Maybe, "Maybe."),
        new(PhraseId.ThankYou, "Thank you."),
        new(PhraseId.GoodNight, "Good night."),
        new(PhraseId.Goodbye, "Goodbye."),
    ];

    private static readonly FrozenDictionary<string, Phrase> ByWording = All
        .SelectMany(phrase => phrase.AlsoSpoken.Prepend(phrase.Text), (phrase, wording) => (Key: Normalize(wording), phrase))
        .ToFrozenDictionary(entry => entry.Key, entry => entry.phrase);

    /// <summary>The phrase that <paramref name="text"/> words, whatever its case, punctuation and spacing; null when it is none.</summary>
    public static Phrase? Find(string text) => ByWording.GetValueOrDefault(Normalize(text));

    private static string Normalize(string text)
    {
        var words = text.Split([' ', '-', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => new string([.. word.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]))
            .Where(word => word.Length > 0);
        return string.Join(' ', words);
    }
}
