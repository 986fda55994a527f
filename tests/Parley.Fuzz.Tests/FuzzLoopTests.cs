using Parley.Fuzz.Engine;
using Parley.Fuzz.Targets;
using Parley.Simulation;
using SharpFuzz.Common;

namespace Parley.Fuzz.Tests;

/// <summary>The loop finds what it is there to find.</summary>
public sealed class FuzzLoopTests
{
    [Fact]
    public void A_failure_behind_four_right_bytes_is_found_by_coverage_and_shortened()
    {
        using var coverage = new CoverageMap();
        var findings = new List<Finding>();
        var loop = new FuzzLoop(new LockedTarget(), new SeededRandom(1), coverage) { Found = findings.Add };
        loop.Seed([new byte[40]]);
        while (findings.Count == 0 && loop.Executions < 2_000_000) loop.Step();
        Assert.Equal("\u0001\u0002\u0003\u0004"u8, Assert.Single(findings).Input.AsSpan(0, 4));
        Assert.InRange(findings[0].Input.Length, 4, 8);
    }

    [Fact]
    public void What_allocates_without_measure_is_a_finding()
    {
        using var coverage = new CoverageMap();
        var findings = new List<Finding>();
        var loop = new FuzzLoop(new GreedyTarget(), new SeededRandom(1), coverage) { Found = findings.Add };
        loop.Seed([[]]);
        while (findings.Count == 0 && loop.Executions < 10_000) loop.Step();
        Assert.Contains("bytes allocated", findings[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void The_corpus_keeps_few_and_the_shortest_of_what_reaches_the_same()
    {
        var corpus = new Corpus();
        corpus.Add([1, 2, 3], [10, 11], TimeSpan.FromMilliseconds(1));
        corpus.Add([1, 2], [10], TimeSpan.FromMilliseconds(1));
        corpus.Add([1], [10, 11], TimeSpan.FromMilliseconds(1));
        corpus.Add([9, 9, 9, 9], [12], TimeSpan.FromMilliseconds(1));
        Assert.Equal([[1], [9, 9, 9, 9]], corpus.Smallest());
    }

    [Fact]
    public void Mutations_are_the_same_for_the_same_seed_and_never_too_long()
    {
        var (first, second) = (Mutations(), Mutations());
        Assert.Equal(first, second);
        Assert.All(first, input => Assert.InRange(input.Length, 0, 64));
        Assert.True(first.Distinct().Count() > 900);

        static List<byte[]> Mutations()
        {
            var mutator = new Mutator(new SeededRandom(5), maxLength: 64, [[1, 2, 3]]);
            return [.. Enumerable.Range(0, 1000).Select(i => mutator.Mutate(new byte[i % 64], new byte[60]))];
        }
    }

    [Fact]
    public void One_failure_with_two_numbers_has_one_key()
    {
        Assert.Equal(Of("17 bytes"), Of("18 bytes"));
        Assert.NotEqual(Of("17 bytes"), Of("17 packets"));

        static string Of(string message) => Finding.From(new InvariantException(message), []).Key;
    }

    /// <summary>Counts its edges as instrumented code does.</summary>
    private sealed unsafe class LockedTarget : FuzzTarget
    {
        public override string Name => "locked";

        public override string Summary => "fails when the input begins with 1, 2, 3, 4";

        public override IEnumerable<byte[]> Examples() => [];

        public override void Run(ReadOnlySpan<byte> input)
        {
            for (var i = 0; i < 4; i++)
            {
                if (input.Length <= i || input[i] != i + 1) return;
                Trace.SharedMem[100 + i]++;
            }
            throw new InvariantException("unlocked");
        }
    }

    private sealed class GreedyTarget : FuzzTarget
    {
        public override string Name => "greedy";

        public override string Summary => "allocates much for a long input";

        public override IEnumerable<byte[]> Examples() => [];

        public override void Run(ReadOnlySpan<byte> input)
        {
            if (input.Length > 8) GC.KeepAlive(new byte[100_000]);
        }
    }
}
