namespace Parley.Realtime.Tests;

/// <summary>Tests that measure: nothing else in the process runs meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
