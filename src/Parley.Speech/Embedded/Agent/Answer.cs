namespace Parley.Speech.Embedded.Agent;

/// <summary>What the agent says to one turn.</summary>
/// <param name="Text">All of it; before the call, when there is one.</param>
internal sealed record Answer(string Text)
{
    /// <summary>What a yes or a no to it means.</summary>
    public Question Question { get; init; }

    /// <summary>A function to call after the text; what is said then depends on its outcome.</summary>
    public ToolUse? Call { get; init; }

    /// <summary>True: worth going on with after an interruption.</summary>
    public bool IsPiece { get; init; }

    /// <summary>True: it says again what was said before, and does not count as a new thing to repeat.</summary>
    public bool IsEcho { get; init; }

    /// <summary>Characters of <see cref="Text"/> that lead in to a piece that goes on.</summary>
    public int LeadLength { get; init; }
}

/// <param name="Say">From the function's outcome to words.</param>
/// <param name="Without">What is said when nobody offers the function.</param>
internal sealed record ToolUse(string Name, IReadOnlyDictionary<string, object?> Arguments, Func<string, string> Say, string Without);

internal enum Question { None, WantJoke, WantStory, WantRiddleAnswer, WantAnother }

internal enum Piece { Joke, Fact, Riddle, Poem, Song, Story, Coin, Dice, Number }
