namespace Parley.Speech.Evaluation;

/// <summary>What people may say that is no phrase: the recogniser should ask again.</summary>
public static class OtherSpeech
{
    /// <summary>The confidence was fitted on these, said by the tuning speakers.</summary>
    public static IReadOnlyList<string> Tuning { get; } =
    [
        "where did I put my keys",
        "the train leaves at noon tomorrow",
        "I would like a cup of tea",
        "can you book a table for two",
        "please turn off the lights in the kitchen",
        "my brother works in a hospital",
        "banana",
        "window",
        "what is the price of gold",
        "how do I get to the airport",
        "tell me about the war of eighteen twelve",
        "call my mother",
        "it is raining outside",
        "translate this into german",
        "how far away is the moon",
        "she sells sea shells by the sea shore",
        "who won the football game last night",
        "remind me to buy milk",
        "yesterday was a long day",
        "open the window",
        "what time does the shop close",
        "hello kitty",
        "thank goodness it is friday",
        "nothing",
        "seven",
    ];

    public static IReadOnlyList<string> HeldOut { get; } =
    [
        "the weather was terrible last week",
        "could you send an email to my boss",
        "I have lost my passport",
        "play some music",
        "what is the population of china",
        "my favourite colour is green",
        "how do you bake bread",
        "orange",
        "television",
        "turn left at the next corner",
        "when is my next meeting",
        "there are three cats in the garden",
        "do you like ice cream",
        "read me the news",
        "is it going to snow this evening",
        "where can I buy a bicycle",
        "the quick brown fox jumps over the lazy dog",
        "let us go to the beach",
        "why is the sky blue",
        "twenty five",
        "add eggs to the shopping list",
        "sorry I was talking to someone else",
        "well that is what he told me",
        "apple",
        "how old is the universe",
    ];
}
