using System.Runtime.InteropServices;

namespace Parley.Benchmarks.Results;

/// <summary>The form for people.</summary>
internal static class ResultTable
{
    private static readonly string[] Head = ["", "value", "unit", "yardstick", "ratio", "goal", "met"];

    public static void Write(TextWriter output, IBenchmark benchmark, IReadOnlyList<BenchmarkResult> results)
    {
        output.WriteLine($"{benchmark.Name}: {benchmark.Summary}");
        output.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors");
        foreach (var note in benchmark.Notes) output.WriteLine(note);
        output.WriteLine();
        var rows = results.Select(Cells).Prepend(Head).ToList();
        var widths = Head.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => IsText(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    private static string[] Cells(BenchmarkResult result) =>
    [
        result.Name,
        Figures.Print(result.Value),
        result.Unit,
        Figures.Print(result.Yardstick),
        Figures.Print(result.Ratio),
        result.Goal is { } goal ? $"{(goal.IsFloor ? "≥" : "≤")} {Figures.Print(goal.Bound)}" : "",
        result.IsMet switch { true => "yes", false => "NO", null => "" },
    ];

    private static bool IsText(int column) => column is 0 or 2 or 6;
}
