using System.Diagnostics;
using System.Globalization;
using Parley.Fuzz.Targets;
using Parley.Simulation;

namespace Parley.Fuzz.Engine;

/// <summary>
/// The process that runs inputs: the instrumented copy of the program, watched by a <see cref="Supervisor"/>. It says how far it is
/// in lines of figures.
/// </summary>
internal static class Worker
{
    public const string Verb = "worker";

    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CollectEvery = TimeSpan.FromSeconds(20);

    /// <summary>What the process may keep beyond its corpus after it has warmed up, in bytes.</summary>
    private const long MaxGrowth = 64 * 1024 * 1024;

    public static void Run(FuzzTarget target, TimeSpan time, ulong seed, Workspace workspace)
    {
        using var coverage = new CoverageMap();
        using var current = new CurrentInput(workspace.CurrentInputOf(target.Name), target.MaxLength);
        var findings = new FindingFolder(workspace.Root, target.Name);
        var keptBytes = 0L;
        var loop = new FuzzLoop(target, new SeededRandom(seed), coverage)
        {
            Running = current.Write,
            Found = finding => Report(findings, finding),
            Kept = input =>
            {
                keptBytes += input.Length + CoverageMap.Size / 8;
                SeedFolder.Write(workspace.CorpusOf(target.Name), input);
            },
        };
        loop.Seed(SeedFolder.Committed(target).Concat(SeedFolder.Read(workspace.CorpusOf(target.Name))));

        var watch = Stopwatch.StartNew();
        var (said, collected) = (TimeSpan.Zero, TimeSpan.Zero);
        var baseline = (long?)null;
        while (watch.Elapsed < time)
        {
            for (var i = 0; i < 16; i++) loop.Step();
            if (watch.Elapsed - collected > CollectEvery)
            {
                collected = watch.Elapsed;
                var held = GC.GetTotalMemory(forceFullCollection: true) - keptBytes;
                baseline ??= held;
                if (held > baseline + MaxGrowth)
                    Report(findings, new Finding("growth", $"{held - baseline} bytes more than at first are held after {loop.Executions} inputs.", current.Read()));
            }
            if (watch.Elapsed - said < SayEvery) continue;
            said = watch.Elapsed;
            Say(loop, coverage);
        }
        Say(loop, coverage);
    }

    /// <summary>The few inputs that, with the target's examples, reach what all known ones reach.</summary>
    public static IReadOnlyList<byte[]> Distill(FuzzTarget target, Workspace workspace)
    {
        using var coverage = new CoverageMap();
        var loop = new FuzzLoop(target, new SeededRandom(1), coverage);
        loop.Seed(SeedFolder.Committed(target).Concat(SeedFolder.Read(workspace.CorpusOf(target.Name)).OrderBy(input => input.Length)));
        var examples = target.Examples().ToList();
        return [.. loop.Corpus.Smallest().Where(input => !examples.Exists(example => example.AsSpan().SequenceEqual(input)))];
    }

    private static void Report(FindingFolder findings, Finding finding)
    {
        if (findings.Keep(finding)) Console.WriteLine($"{WorkerLine.Finding} {finding.Key}");
    }

    private static void Say(FuzzLoop loop, CoverageMap coverage) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{WorkerLine.Figures} {loop.Executions} {coverage.Edges} {loop.Corpus.Count} {Environment.WorkingSet}"));
}

/// <summary>How a worker's lines begin.</summary>
internal static class WorkerLine
{
    /// <summary>Executions, edges, inputs in the corpus, bytes that the process occupies.</summary>
    public const string Figures = "figures";

    /// <summary>The key of something new.</summary>
    public const string Finding = "finding";
}
