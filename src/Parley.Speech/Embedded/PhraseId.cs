namespace Parley.Speech.Embedded;

/// <summary>Names of the phrases in <see cref="PhraseList"/>.</summary>
public static class PhraseId
{
    public const string Hello = "hello";
    public const string GoodMorning = "good-morning";
    public const string GoodNight = "good-night";
    public const string HowAreYou = "how-are-you";
    public const string Goodbye = "goodbye";
    public const string ThankYou = "thank-you";
    public const string YourName = "your-name";
    public const string SpellName = "spell-name";
    public const string AboutYou = "about-you";
    public const string WhoMadeYou = "who-made-you";
    public const string AreYouRobot = "are-you-a-robot";
    public const string WhatCanYouDo = "what-can-you-do";
    public const string CanYouHearMe = "can-you-hear-me";
    public const string Help = "help";
    public const string Time = "time";
    public const string Day = "day";
    public const string Weather = "weather";
    public const string MinuteLength = "minute-length";
    public const string Timer = "timer";
    public const string Joke = "joke";
    public const string AnotherOne = "another-one";
    public const string Story = "story";
    public const string Riddle = "riddle";
    public const string Poem = "poem";
    public const string Song = "song";
    public const string FunFact = "fun-fact";
    public const string CountToTen = "count-to-ten";
    public const string CountDown = "count-down";
    public const string Coin = "coin";
    public const string Dice = "dice";
    public const string RandomNumber = "random-number";
    public const string TwoPlusTwo = "two-plus-two";
    public const string Alphabet = "alphabet";
    public const string Weekdays = "weekdays";
    public const string Planets = "planets";
    public const string CapitalOfFrance = "capital-of-france";
    public const string MeaningOfLife = "meaning-of-life";
    public const string OpenDoors = "open-doors";
    public const string Bored = "bored";
    public const string Funny = "funny";
    public const string DoNotUnderstand = "do-not-understand";
    public const string SayAgain = "say-again";
    public const string Slower = "slower";
    public const string Faster = "faster";
    public const string Continue = "continue";
    public const string StartOver = "start-over";
    public const string NeverMind = "never-mind";
    public const string BeQuiet = "be-quiet";
    public const string Stop = "stop";
    public const string Yes = "yes";
    public const string No = "no";
    public const string Maybe = "maybe";
}
