namespace Parley.Speech.Evaluation;

/// <summary>Counts of one speaker, or of many, in one condition.</summary>
/// <param name="Right">Phrases that were recognised.</param>
/// <param name="Wrong">Phrases taken for another one.</param>
/// <param name="AskedAgain">Phrases not understood.</param>
/// <param name="OtherRejected">Other sentences not understood, as it should be.</param>
/// <param name="OtherTaken">Other sentences taken for a phrase.</param>
/// <param name="Mistakes">"said → understood".</param>
public sealed record RecognizerScore(
    int Right, int Wrong, int AskedAgain, int OtherRejected, int OtherTaken, IReadOnlyList<string> Mistakes)
{
    public double RightPercent => Percent(Right, Right + Wrong + AskedAgain);

    public double WrongPercent => Percent(Wrong, Right + Wrong + AskedAgain);

    public double AskedAgainPercent => Percent(AskedAgain, Right + Wrong + AskedAgain);

    public double OtherRejectedPercent => Percent(OtherRejected, OtherRejected + OtherTaken);

    public static RecognizerScore Sum(IEnumerable<RecognizerScore> scores) => scores.Aggregate(
        new RecognizerScore(0, 0, 0, 0, 0, []),
        (a, b) => new(a.Right + b.Right, a.Wrong + b.Wrong, a.AskedAgain + b.AskedAgain,
            a.OtherRejected + b.OtherRejected, a.OtherTaken + b.OtherTaken, [.. a.Mistakes, .. b.Mistakes]));

    private static double Percent(int part, int whole) => whole == 0 ? 0 : Math.Round(100.0 * part / whole, 1);
}
