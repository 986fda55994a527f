namespace Parley.Benchmarks;

/// <summary>Something cannot be measured here; the message says why, for people.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
