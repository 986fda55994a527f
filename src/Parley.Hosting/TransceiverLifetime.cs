using Microsoft.Extensions.Hosting;
using Parley.Transceiver;

namespace Parley.Hosting;

/// <summary>Opens the UDP port before HTTP starts, and says goodbye to every call when the host stops.</summary>
/// <param name="transceiver">Made by the container on first use, which is here: a port that is taken fails the start.</param>
internal sealed class TransceiverLifetime(CallTransceiver transceiver) : IHostedService
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(3);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => transceiver.DrainAsync(DrainLimit, cancellationToken);
}
