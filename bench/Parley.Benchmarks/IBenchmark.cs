using Parley.Benchmarks.Results;

namespace Parley.Benchmarks;

/// <summary>What <c>parley bench NAME</c> runs.</summary>
internal interface IBenchmark
{
    string Name { get; }

    /// <summary>One line for the list of benchmarks.</summary>
    string Summary { get; }

    /// <summary>What a reader of the figures has to know: yardsticks, sizes, what is included.</summary>
    IReadOnlyList<string> Notes { get; }

    Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken);
}
