namespace Parley.Speech.Replies;

/// <summary>A piece of a reply that goes to the synthesiser as one. <paramref name="Start"/> is its place in the reply's text, in characters.</summary>
internal sealed record Clause(int Start, string Text, SpokenText Spoken)
{
    /// <summary>False for what cannot be said: a code block, an emoji on its own.</summary>
    public bool IsSpoken => Spoken.Text.Length > 0;

    public int End => Start + Text.Length;

    /// <summary>The reply's characters that are heard once <paramref name="spokenLength"/> characters of the spoken form are.</summary>
    public int HeardLength(int spokenLength) => Start + Spoken.SourceLength(spokenLength);
}
