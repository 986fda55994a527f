using Parley.Speech.Embedded;

namespace Parley.Speech.Tests.Embedded;

/// <summary>
/// One recogniser for all tests of flite: learning takes seconds. They run one after the other, because flite's noise comes
/// from one generator for the process.
/// </summary>
[CollectionDefinition(Flite)]
public sealed class TrainedRecognizer : IAsyncLifetime, ICollectionFixture<TrainedRecognizer>
{
    public const string Flite = "flite";

    public PhraseRecognizer Recognizer { get; } = new();

    public async ValueTask InitializeAsync() => await Recognizer.Ready;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
