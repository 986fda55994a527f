using System.Text.Json;
using Parley.Speech.Evaluation;

// Figures of the embedded recogniser: Parley.Speech.Evaluation [--json] [--mistakes] [--quick] [--cost]
var isJson = args.Contains("--json");
var (recognizer, cost) = await RecognizerCost.MeasureAsync(CancellationToken.None);
if (!isJson)
{
    Console.WriteLine(
        $"start-up {cost.StartupCpuSeconds:F1} s of CPU; recognising {cost.CpuPercentOfAudio:F2} % of a core; " +
        $"transcript {cost.FinalMilliseconds:F1} ms after the end");
}
if (args.Contains("--cost")) return;

var evaluation = new RecognizerEvaluation(recognizer);
var rows = new List<Row>();
(string Name, IReadOnlyList<Speaker> Speakers, IReadOnlyList<string> Others)[] groups =
[
    ("tuning", Speaker.Tuning, OtherSpeech.Tuning),
    ("held out", Speaker.HeldOut, OtherSpeech.HeldOut),
    ("hard", Speaker.Hard, OtherSpeech.HeldOut),
];
foreach (var (name, speakers, others) in groups)
{
    foreach (var condition in args.Contains("--quick") ? Condition.All.Take(2) : Condition.All)
    {
        var scores = new Dictionary<string, RecognizerScore>();
        foreach (var speaker in speakers) scores[speaker.ToString()] = await evaluation.RunAsync(speaker, condition, others, CancellationToken.None);
        var sum = RecognizerScore.Sum(scores.Values);
        rows.Add(new(name, condition.Name, sum.RightPercent, sum.WrongPercent, sum.AskedAgainPercent, sum.OtherRejectedPercent,
            scores.ToDictionary(score => score.Key, score => score.Value.RightPercent), sum.Mistakes));
        if (!isJson) Print(rows[^1]);
    }
}
if (isJson) Console.WriteLine(JsonSerializer.Serialize(new { Cost = cost, Rows = rows }, Json.Indented));

void Print(Row row)
{
    Console.WriteLine(
        $"{row.Group,-9} {row.Condition,-20} right {row.Right,5:F1} %  wrong {row.Wrong,4:F1} %  asked again {row.AskedAgain,4:F1} %  " +
        $"other speech rejected {row.OtherRejected,5:F1} %  lowest speaker {row.RightBySpeaker.Values.Min():F1} %");
    if (!args.Contains("--mistakes")) return;
    foreach (var mistake in row.Mistakes) Console.WriteLine($"    {mistake}");
}

internal sealed record Row(
    string Group, string Condition, double Right, double Wrong, double AskedAgain, double OtherRejected,
    IReadOnlyDictionary<string, double> RightBySpeaker, IReadOnlyList<string> Mistakes);

internal static class Json
{
    public static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
