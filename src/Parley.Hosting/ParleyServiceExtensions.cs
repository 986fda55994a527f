using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;
using Parley.Hosting.Endpoints;
using Parley.Hosting.Fleet;
using Parley.Net.Routes;
using Parley.Realtime.Settings;
using Parley.Speech.Options;
using Parley.Transceiver;
using Parley.Transceiver.Resuming;
using Parley.Transceiver.Sockets;

namespace Parley.Hosting;

/// <summary>Parley's services in someone's container.</summary>
public static class ParleyServiceExtensions
{
    internal const string CorsPolicy = "parley";

    /// <summary>
    /// Adds what <see cref="ParleyEndpointExtensions.MapRealtime"/> needs: the transceiver, which opens the UDP and TCP ports of calls when the host
    /// starts, and models as <see cref="ParleyBuilder"/> says. A <see cref="TimeProvider"/> of the application's is used where there is one.
    /// </summary>
    /// <exception cref="ConfigurationException">What is set cannot be used; the message says what to change.</exception>
    public static IServiceCollection AddParley(this IServiceCollection services, Action<ParleyBuilder>? configure = null)
    {
        var builder = new ParleyBuilder();
        configure?.Invoke(builder);
        if (builder.Server.Port != DefaultServer.Port || builder.Server.Listen != DefaultServer.Listen || builder.Server.Tls is not null)
            throw new ConfigurationException("HTTP belongs to the application that Parley is added to: set its port, address and certificate there, and leave server.port, server.listen and server.tls.");
        if (builder.Server.NodeApi is not null)
            throw new ConfigurationException("server.nodeApi needs a port of HTTP of its own, which the application has: leave it, or run `parley serve`.");
        var config = ParleyConfig.From(new ParleyOptions { Server = builder.Server, Speech = builder.Speech });
        var session = builder.Speech.Instructions is { } instructions ? builder.Session with { Instructions = instructions } : builder.Session;
        services.AddSingleton(new EmbeddedMark());
        return services.AddParley(config, session, builder.Models);
    }

    internal static IServiceCollection AddParley(
        this IServiceCollection services, ParleyConfig config, SessionSettings session, IReadOnlyList<string>? models = null)
    {
        if (services.Any(service => service.ServiceType == typeof(Admission)))
            throw new InvalidOperationException("AddParley was called twice on the same services. Call it once; MapRealtime maps what it added.");
        var server = config.Server;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(SocketLimits.Default);
        services.AddSingleton(config);
        services.AddSingleton(server);
        AddAccess(services, server);
        FleetServices.Add(services, server.Node);
        services.AddSingleton(provider => server.Agent == AgentKind.Echo
            ? new ModelCatalog(null, new Dictionary<string, Speech.ModelSet>())
            : new ModelSources(provider, config.Speech, provider.GetRequiredService<TimeProvider>()).Catalog(models ?? []));
        services.AddSingleton(provider => new SessionFactory(
            provider.GetRequiredService<ModelCatalog>(), session, server.MaxSession, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => TransceiverStart.Start(
            server, provider.GetRequiredService<SocketLimits>(), provider.GetService<ISessionStore>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<CallLeases>(), provider.GetService<RouteSealer>(), provider.GetService<NodeKeys>()));
        // The host's patience is with everything that stops, and calls come first.
        services.AddOptions<HostOptions>().Configure(host => host.ShutdownTimeout += server.DrainTime);
        services.AddSingleton<CallDesk>();
        services.AddHostedService<ModelPreparation>();
        services.AddHostedService<TransceiverLifetime>();
        services.AddHostedService<OpenDoorGuard>();
        return services;
    }

    private static void AddAccess(IServiceCollection services, ServerConfig server)
    {
        services.AddSingleton(provider => new ApiKeys(
            server.Keys, server.KeysFile, server.Limits, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ApiKeys>>()));
        services.AddSingleton(new ClientTokenSeal(server.TokenSecrets.Count > 0 ? TokenSecret.From(server.TokenSecrets) : TokenSecret.Random()));
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<CallLeases>();
        services.AddSingleton<Admission>();
        services.AddSingleton(new OriginPolicy(server.Origins, server.Hosts));
        services.AddSingleton<BrowserGuard>();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<OriginPolicy>((cors, origins) =>
            cors.AddPolicy(CorsPolicy, policy => policy
                .SetIsOriginAllowed(origins.AllowsOrigin).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("Location", "Retry-After")));
    }

    private static readonly ServerOptions DefaultServer = new();
}
