using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parley.Hosting.Configuration;
using Parley.Hosting.Endpoints;

namespace Parley.Hosting.Access;

/// <summary>
/// Ends the start of a host that others can reach and that would let everyone call, by whatever way it was told where to listen:
/// parley.json, options, ASPNETCORE_URLS, Kestrel's own settings, the application's code. The private port of a fleet's nodes is no door: it serves
/// nodes alone, by their own tokens.
/// </summary>
internal sealed class OpenDoorGuard(ApiKeys keys, ServerConfig config, IServer server, IServiceProvider services) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var open = (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).FirstOrDefault(address => !IsLoopback(address) && !IsOfNodes(address));
        if (open is null || keys.AreNeeded || !AreOpen()) return Task.CompletedTask;
        throw new ConfigurationException(
            $"HTTP listens at {open}, which others can reach, and everyone may call. Set API keys (the environment variable PARLEY_API_KEYS, or server.keys), "
            + "ask for authorization by MapRealtime().RequireAuthorization(), or listen on loopback.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool AreOpen() => services.GetServices<EndpointDataSource>()
        .SelectMany(source => source.Endpoints)
        .Any(endpoint => endpoint.Metadata.GetMetadata<RealtimeEndpointMark>() is not null && !IsGuarded(endpoint));

    internal static bool IsGuarded(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        && (endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null);

    private bool IsOfNodes(string address) =>
        config.Node?.Api is { } api && BindingAddress.Parse(address) is var binding && binding.Port == api.Port
        && IPAddress.TryParse(binding.Host.TrimStart('[').TrimEnd(']'), out var ip) && ip.Equals(api.Address);

    private static bool IsLoopback(string address)
    {
        var binding = BindingAddress.Parse(address);
        var host = binding.Host;
        return binding.IsUnixPipe || binding.IsNamedPipe
            || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.TrimStart('[').TrimEnd(']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
