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

    /// <summary>Options of its own, as they are printed; empty when there are none.</summary>
    string Usage => "";

    /// <summary>Takes what stood behind the name on the command line, but for --json; false when it cannot be used.</summary>
    bool TryConfigure(IReadOnlyList<string> options) => options.Count == 0;

    Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken);
}
