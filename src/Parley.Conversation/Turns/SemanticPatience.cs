namespace Parley.Conversation.Turns;

/// <summary>How much silence ends a turn, by what its words say.</summary>
/// <param name="Finished">After words that end a sentence.</param>
/// <param name="Unclear">After words that may go on or not.</param>
/// <param name="Unfinished">After words that cannot be the end: the longest that is waited at all.</param>
/// <param name="WithoutWords">While the recogniser has said nothing.</param>
public sealed record SemanticPatience(TimeSpan Finished, TimeSpan Unclear, TimeSpan Unfinished, TimeSpan WithoutWords)
{
    /// <summary>Answers soon: at most 2 s.</summary>
    public static readonly SemanticPatience Eager = Of(300, 500, 2000, 400);

    /// <summary>At most 4 s.</summary>
    public static readonly SemanticPatience Medium = Of(500, 900, 4000, 700);

    /// <summary>Lets the user take their time: at most 8 s.</summary>
    public static readonly SemanticPatience Reserved = Of(800, 1500, 8000, 1200);

    private static SemanticPatience Of(int finished, int unclear, int unfinished, int withoutWords) => new(
        TimeSpan.FromMilliseconds(finished), TimeSpan.FromMilliseconds(unclear), TimeSpan.FromMilliseconds(unfinished),
        TimeSpan.FromMilliseconds(withoutWords));
}
