namespace Parley.Transceiver.Tests;

/// <summary>Tests that count or measure what belongs to the whole process: nothing runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
