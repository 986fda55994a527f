namespace Parley.Speech.Tests.Mcp;

/// <summary>Tests over real connections, whose package has deadlines on the wall clock: beside tests that keep all processors busy they could pass.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
