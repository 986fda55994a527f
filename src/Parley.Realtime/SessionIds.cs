namespace Parley.Realtime;

/// <summary>Makes ids with the prefixes that clients know. 100 random bits each.</summary>
internal sealed class SessionIds(IRandomSource random)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public string Next(string prefix) => prefix + random.NextString(Alphabet, 20);
}
