namespace Parley.Speech.Embedded.Agent;

/// <summary>What a user wants.</summary>
/// <param name="Id">One of <see cref="PhraseId"/> or <see cref="TypedId"/>.</param>
/// <param name="Numbers">Numbers in the words, in order.</param>
internal sealed record Intent(string Id, params IReadOnlyList<int> Numbers);

/// <summary>What can be typed beyond the phrases that can be spoken.</summary>
internal static class TypedId
{
    public const string WhatDidISay = "what-did-i-say";
    public const string WhatDidYouSay = "what-did-you-say";
    public const string Add = "add";
    public const string Subtract = "subtract";
    public const string Multiply = "multiply";
}
