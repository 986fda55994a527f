using System.Diagnostics;
using Parley.Fuzz.Targets;
using Parley.Simulation;

namespace Parley.Fuzz.Engine;

/// <summary>
/// Coverage-guided fuzzing of one target in this process: mutates what ran through something new, keeps what does so again, and
/// shortens what it keeps.
/// </summary>
internal sealed class FuzzLoop(FuzzTarget target, SeededRandom random, CoverageMap coverage)
{
    private const int TrimAttempts = 64;

    private readonly Mutator _mutator = new(random.Fork(), target.MaxLength, target.Dictionary);

    public Corpus Corpus { get; } = new();

    public long Executions { get; private set; }

    /// <summary>Called with each input before it runs.</summary>
    public Action<byte[]> Running { get; init; } = _ => { };

    /// <summary>Called with each failure, also with those of a known key.</summary>
    public Action<Finding> Found { get; init; } = _ => { };

    /// <summary>Called with each input that was added to the corpus.</summary>
    public Action<byte[]> Kept { get; init; } = _ => { };

    /// <summary>Runs inputs that are to be mutated later, whether or not they reach anything new.</summary>
    public void Seed(IEnumerable<byte[]> inputs)
    {
        foreach (var input in inputs)
        {
            if (input.Length > target.MaxLength || Execute(input, out var time) is not null) continue;
            if (coverage.Merge() || Corpus.Count == 0) Corpus.Add(input, coverage.Current(), time);
        }
        if (Corpus.Count == 0) Corpus.Add([], [], TimeSpan.Zero);
    }

    /// <summary>One mutated input.</summary>
    public void Step()
    {
        var input = _mutator.Mutate(Corpus.Choose(random), Corpus.ChooseAny(random));
        if (Execute(input, out var time) is { } finding)
        {
            Found(Shorten(finding));
            return;
        }
        if (!coverage.Merge()) return;
        input = Trim(input);
        Corpus.Add(input, coverage.Current(), time);
        Kept(input);
    }

    /// <summary>Cuts out what an input does not need for running through what it does.</summary>
    private byte[] Trim(byte[] input)
    {
        var hash = coverage.Hash();
        var best = Cut(input, shorter => Execute(shorter, out _) is null && coverage.Hash() == hash);
        // The map shows the last run, which may be one that went elsewhere.
        _ = Execute(best, out _);
        coverage.Merge();
        return best;
    }

    /// <summary>Cuts out what an input does not need for failing in the same place.</summary>
    private Finding Shorten(Finding finding)
    {
        var best = finding;
        Cut(finding.Input, shorter =>
        {
            if (Execute(shorter, out _) is not { } again || again.Key != finding.Key) return false;
            best = again;
            return true;
        });
        return best;
    }

    private static byte[] Cut(byte[] input, Func<byte[], bool> isAsGood)
    {
        var attempts = TrimAttempts;
        for (var size = Math.Max(1, input.Length / 2); attempts > 0 && input.Length > 0; size /= 2)
        {
            for (var at = 0; at < input.Length && attempts > 0; attempts--)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + size))];
                if (isAsGood(shorter)) input = shorter;
                else at += size;
            }
            if (size == 1) break;
        }
        return input;
    }

    /// <summary>Runs one input; null when all held.</summary>
    private Finding? Execute(byte[] input, out TimeSpan time)
    {
        Running(input);
        Executions++;
        var started = Stopwatch.GetTimestamp();
        try
        {
            coverage.Begin();
            var before = GC.GetAllocatedBytesForCurrentThread();
            target.Run(input);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > target.MaxAllocation)
                throw new InvariantException($"{allocated} bytes allocated for one input; {target.MaxAllocation} are allowed");
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, it is what is being looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Finding.From(e, input);
        }
        finally
        {
            coverage.End();
            time = Stopwatch.GetElapsedTime(started);
        }
    }
}
