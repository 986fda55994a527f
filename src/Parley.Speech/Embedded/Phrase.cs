namespace Parley.Speech.Embedded;

/// <summary>One phrase that the embedded recogniser knows.</summary>
/// <param name="Id">Stable name, one of <see cref="PhraseId"/>.</param>
/// <param name="Text">What the transcript says and what is printed for people: with capital and punctuation.</param>
/// <param name="AlsoSpoken">Other wordings that are recognised as the same phrase.</param>
public sealed record Phrase(string Id, string Text, params IReadOnlyList<string> AlsoSpoken);
