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
        services.AddSingleton(provider => KeysOf(config, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new ClientTokenSeal(config.TokenSecrets.Count > 0 ? TokenSecret.From(config.TokenSecrets) : TokenSecret.Random()));
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<CallLeases>();
        services.AddSingleton<Admission>();
        services.AddSingleton(new OriginPolicy(config.Origins, config.Hosts));
        services.AddSingleton<BrowserGuard>();
        services.AddSingleton(provider => new SessionFactory(
            config.Agent == AgentKind.Models ? provider.GetRequiredService<ModelSet>() : null, defaults ?? SessionSettings.Default, config.MaxSession, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => StartTransceiver(
            config, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<CallLeases>()));
        if (config.Agent == AgentKind.Models) services.AddHostedService<ModelPreparation>();
        services.AddHostedService<TransceiverLifetime>();
        services.AddCors();
        services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<OriginPolicy>((cors, origins) =>
            cors.AddPolicy(ParleyApplicationExtensions.CorsPolicy, policy => policy
                .SetIsOriginAllowed(origins.AllowsOrigin).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("Location", "Retry-After")));
        return services;
    }

    private static ApiKeys KeysOf(ServerConfig config, TimeProvider time) => new(
        [.. config.Keys.Select(key => new ApiKey(key.Name, key.Hash, new KeyUsage(key.Limits, time)))],
        new ApiKey("anyone", KeyHash.Of(""), new KeyUsage(config.Limits, time)));

    private static CallTransceiver StartTransceiver(ServerConfig config, TimeProvider time, ILoggerFactory loggers, ICallObserver observer)
    {
        try
        {
            return CallTransceiver.Start(TransceiverOf(config), time, loggers, observer);
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
