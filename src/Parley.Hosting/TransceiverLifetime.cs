using Microsoft.Extensions.Hosting;
using Parley.Transceiver;

namespace Parley.Hosting;

/// <summary>Opens the UDP port before HTTP starts, and says goodbye to every call when the host stops.</summary>
/// <param name="transceiver">Made by the container on first use, which is here: a port that is taken fails the start.</param>
internal sealed class TransceiverLifetime(CallTransceiver transceiver, IHostApplicationLifetime host) : IHostedService
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(3);

    private CancellationTokenRegistration _stopping;

    /// <summary>The web server stops before this service, and waits for its WebSockets: they are told to end before that.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopping = host.ApplicationStopping.Register(transceiver.BeginDrain);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.DisposeAsync();
        await transceiver.DrainAsync(DrainLimit, cancellationToken);
    }
}
