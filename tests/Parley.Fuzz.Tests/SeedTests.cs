using Parley.Fuzz.Engine;
using Parley.Fuzz.Targets;
using Parley.Simulation;

namespace Parley.Fuzz.Tests;

/// <summary>Every target with its examples, its committed inputs, and the same mutations of them each time.</summary>
public sealed class SeedTests
{
    /// <summary>Of a target of weight one; slower ones have a higher weight.</summary>
    private const int Mutations = 1500;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void All_seeds_hold(string name)
    {
        var target = FuzzTargets.Find(name)!;
        var seeds = SeedFolder.Committed(target).ToList();
        Assert.True(seeds.Count > target.Examples().Count(), $"{name} has no committed inputs.");
        foreach (var seed in seeds) Run(target, seed);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Mutations_of_the_seeds_hold(string name)
    {
        var target = FuzzTargets.Find(name)!;
        var seeds = SeedFolder.Committed(target).ToList();
        var random = new SeededRandom(2026);
        var mutator = new Mutator(random.Fork(), target.MaxLength, target.Dictionary);
        for (var i = 0; i < Mutations / target.Weight; i++)
            Run(target, mutator.Mutate(seeds[i % seeds.Count], seeds[random.NextInt(seeds.Count)]));
    }

    private static void Run(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
        }
#pragma warning disable CA1031 // Whatever it is, the input that brings it about has to be shown.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Assert.Fail($"{e}\nThe input, in base64: {Convert.ToBase64String(input)}");
        }
    }
}
