using Microsoft.Extensions.Hosting;
using Parley.Speech.Embedded;

namespace Parley.Hosting;

/// <summary>Loads the models, and lets the embedded recogniser finish learning, before the server takes calls.</summary>
/// <param name="models">Made by the container on first use, which is here: a missing library fails the start.</param>
internal sealed class ModelPreparation(ModelCatalog models) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(
        models.Sets.Select(set => set.Recognizer).OfType<PhraseRecognizer>().Distinct().Select(phrases => phrases.Ready.WaitAsync(cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
