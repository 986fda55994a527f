using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Configuration;
using Parley.Hosting.Fleet.Wire;
using Parley.Relay.Configuration;
using Parley.Relay.Fleet;
using Parley.Transceiver;

namespace Parley.Hosting.Fleet;

/// <summary>
/// The other nodes of the fleet: who owns a call is in its id, where they are is in the fleet file, which is read again when it changes. A server that
/// stands alone has none. Thread-safe.
/// </summary>
internal sealed class NodeLinks(NodeConfig? self, NodeToken? token, TimeProvider time, ILogger<NodeLinks> logger) : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Uri, GrpcChannel> _channels = new();
    private FleetFile? _fleet;

    /// <exception cref="ConfigurationException">The fleet file cannot be used.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (self?.FleetFile is not { } path) return Task.CompletedTask;
        try
        {
            _fleet = new FleetFile(new DiskFile(path, FleetDocument.MaxLength), time, Handle);
        }
        catch (RelayConfigurationException exception)
        {
            throw new ConfigurationException($"server.fleetFile: {exception.Message}", exception);
        }
        return _fleet.Current.Cluster == self.Cluster
            ? Task.CompletedTask
            : throw new ConfigurationException($"server.fleetFile: {path} is of cluster {_fleet.Current.Cluster}, and this node is of cluster {self.Cluster} (server.cluster, --cluster).");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The node that owns the call; false when that is this one, or when it cannot be reached: then the call is none that is known here.</summary>
    public bool TryFind(string callId, [NotNullWhen(true)] out NodeLink? owner)
    {
        owner = null;
        if (_fleet is not { } fleet || !CallId.TryParse(callId, out var id) || id.Cluster != self!.Cluster || (self.HasCalls && id.Node == self.Node)) return false;
        if (!fleet.Current.Nodes.TryGetValue(id.Node, out var node) || node.Api is not { } api) return false;
        owner = new NodeLink(id, ChannelTo(api), token!, logger);
        return true;
    }

    /// <summary>
    /// Has another node take a call that this one cannot have. Nodes are asked in an order drawn at random, the next one where one is full, leaves or does not answer.
    /// Null: there is no other.
    /// </summary>
    public async Task<NewCallOutcome?> PlaceAsync(NewCall call, CancellationToken cancellationToken)
    {
        NewCallOutcome? outcome = null;
        foreach (var node in OthersInAnyOrder())
        {
            var said = await node.CreateAsync(call, cancellationToken);
            outcome = said ?? outcome ?? new NewCallOutcome { Error = CallWire.Write(NodeLink.Unreachable()) };
            if (said is not (null or { Error.Status: StatusCodes.Status503ServiceUnavailable })) return said;
        }
        return outcome;
    }

    public void Dispose()
    {
        _fleet?.Dispose();
        foreach (var (_, channel) in _channels) channel.Dispose();
    }

    private NodeLink[] OthersInAnyOrder()
    {
        if (_fleet is not { } fleet) return [];
        FleetNode[] nodes = [.. fleet.Current.Nodes.Values.Where(node => node.Api is not null && !(self!.HasCalls && node.Node == self.Node))];
        Random.Shared.Shuffle(nodes);
        return [.. nodes.Take(MaxAsked).Select(node => new NodeLink(new CallId(node.Cluster, node.Node), ChannelTo(node.Api!), token!, logger))];
    }

    /// <summary>Connections to nodes that left the file close by themselves when nobody uses them.</summary>
    private GrpcChannel ChannelTo(Uri api) => _channels.GetOrAdd(api, static address => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            // A node that vanished is noticed on sidebands, too, which may have nothing to say for long.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            EnableMultipleHttp2Connections = true,
        },
        DisposeHttpClient = true,
    }));

    private void Handle(FileReload reload)
    {
        if (reload.Refusal is { } refusal) HostingLog.FleetFileRefused(logger, reload.Name, refusal);
        else HostingLog.FleetFileRead(logger, reload.Name);
    }

    /// <summary>A client waits meanwhile.</summary>
    private const int MaxAsked = 3;
}
