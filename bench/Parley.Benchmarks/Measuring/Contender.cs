namespace Parley.Benchmarks.Measuring;

/// <summary>One way of doing a piece of work, in batches that are timed as a whole.</summary>
/// <param name="Operations">How many times one <see cref="Run"/> does it.</param>
/// <param name="Prepare">Makes ready for the next run; not timed.</param>
/// <param name="Run">What is timed. Throws when the work fails: a failure is often quick.</param>
internal sealed record Contender(int Operations, Action Prepare, Action Run);
