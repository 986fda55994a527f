using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;
using Parley.Realtime.Settings;
using Parley.Speech;
using Parley.Transceiver;

namespace Parley.Hosting;

/// <summary>Parley's services in someone's container.</summary>
public static class ParleyServiceExtensions
{
    /// <summary>
    /// Adds the transceiver, which opens its UDP and TCP ports when the host starts, and what the endpoints need. The caller adds a
    /// <see cref="ModelSet"/>, unless the agent is the echo; a <see cref="TimeProvider"/> of the caller's is used where there is one.
    /// </summary>
    /// <param name="defaults">What a session has when the client says nothing; null: <see cref="SessionSettings.Default"/>.</param>
    public static IServiceCollection AddParley(this IServiceCollection services, ServerConfig config, SessionSettings? defaults = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(config);
        services.AddSingleton(new ApiKeys(config.ApiKeys));
        services.AddSingleton(new OriginPolicy(config.Origins, config.Hosts));
        services.AddSingleton<BrowserGuard>();
        services.AddSingleton(provider => new ClientSecrets(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SessionFactory(
            config.Agent == AgentKind.Models ? provider.GetRequiredService<ModelSet>() : null, defaults ?? SessionSettings.Default, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => StartTransceiver(
            config, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        if (config.Agent == AgentKind.Models) services.AddHostedService<ModelPreparation>();
        services.AddHostedService<TransceiverLifetime>();
        services.AddCors();
        services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<OriginPolicy>((cors, origins) =>
            cors.AddPolicy(ParleyApplicationExtensions.CorsPolicy, policy => policy
                .SetIsOriginAllowed(origins.AllowsOrigin).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("Location", "Retry-After")));
        return services;
    }

    private static CallTransceiver StartTransceiver(ServerConfig config, TimeProvider time, ILoggerFactory loggers)
    {
        try
        {
            return CallTransceiver.Start(TransceiverOf(config), time, loggers);
        }
        catch (SocketException exception)
        {
            throw new ConfigurationException(
                $"The UDP port {config.Udp} cannot be opened: {exception.Message}. Choose another with --udp-port or --udp-listen (server.udpPort, server.udpListen).",
                exception);
        }
        catch (TcpPortException exception)
        {
            throw new ConfigurationException(
                $"The TCP port {config.Tcp} cannot be opened: {exception.Message}. Choose another with --tcp-port or --udp-listen (server.tcpPort, server.udpListen), or none with --no-tcp (server.tcp).",
                exception);
        }
    }

    private static TransceiverConfig TransceiverOf(ServerConfig config) => new()
    {
        Local = config.Udp,
        Tcp = config.Tcp,
        // Port 0: the port that the socket really has.
        Advertised = [.. config.Advertised.Select(address => new IPEndPoint(address, 0))],
        MaxCalls = config.MaxCalls,
    };
}
