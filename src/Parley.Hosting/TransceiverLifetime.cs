using Microsoft.Extensions.Hosting;
using Parley.Hosting.Configuration;
using Parley.Transceiver;

namespace Parley.Hosting;

/// <summary>Opens the UDP port before HTTP starts; when the host stops, lets calls end as long as the operator says, and then says goodbye to every one.</summary>
/// <param name="transceiver">Made by the container on first use, which is here: a port that is taken fails the start.</param>
internal sealed class TransceiverLifetime(CallTransceiver transceiver, ServerConfig config) : IHostedLifecycleService
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(3);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Before any service stops, the web server among them: it answers on while calls end, new ones with 503. It would wait for its WebSockets, too:
    /// they have been told to end by then.
    /// </summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => transceiver.LetCallsEndAsync(config.DrainTime, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => transceiver.DrainAsync(DrainLimit, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
