using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Parley.Conversation;

namespace Parley.Speech.Mcp;

/// <summary>
/// A connection to each server, made when it is first needed and again when it broke. Whatever a server does or does not do, there is an
/// outcome before the deadline.
/// </summary>
internal sealed class McpConnections(McpPolicy policy, HttpClient http, TimeProvider time) : IMcpConnections
{
    /// <summary>From the first byte to the last tool.</summary>
    public static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<McpServer, Task<McpClient>> _clients = [];

    /// <summary>Not disposed of: it has no timer, and a question may still come.</summary>
    private readonly CancellationTokenSource _closing = new();

    public Task<McpOutcome> ListToolsAsync(McpServer server, CancellationToken cancellationToken) =>
        AskAsync(server, ListTimeout, async (client, stop) =>
        {
            var tools = await client.ListToolsAsync(cancellationToken: stop);
            return new McpToolsListed([.. tools.Select(tool => McpToolReader.Read(tool.ProtocolTool))]);
        }, cancellationToken);

    public Task<McpOutcome> CallToolAsync(McpServer server, string tool, string arguments, CancellationToken cancellationToken)
    {
        if (TryParse(arguments) is not { } parsed)
            return Task.FromResult<McpOutcome>(new McpFailed(McpError.ToolExecution("The arguments are not a JSON object.")));
        return AskAsync(server, CallTimeout, async (client, stop) =>
        {
            var result = await client.CallToolAsync(tool, parsed, cancellationToken: stop);
            var text = ToolText.Of(result);
            return result.IsError == true ? new McpFailed(McpError.ToolExecution(text)) : new McpToolCalled(text);
        }, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Task<McpClient>[] clients;
        lock (_lock)
        {
            clients = [.. _clients.Values];
            _clients.Clear();
        }
        await _closing.CancelAsync();
        await Task.WhenAll(clients.Select(DisposeAsync));
    }

    private async Task<McpOutcome> AskAsync(
        McpServer server, TimeSpan timeout, Func<McpClient, CancellationToken, Task<McpOutcome>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (policy.Refusal(server.Url) is { } refusal) return new McpFailed(McpError.Http(403, refusal));
        var (outcome, wasKnown) = await TryAskAsync(server, timeout, ask, cancellationToken);
        // A server forgets sessions, and says so before it does anything: then a new one is begun, once.
        return wasKnown && outcome is McpFailed { Error: { Kind: McpErrorKind.Http, Code: 404 } }
            ? (await TryAskAsync(server, timeout, ask, cancellationToken)).Outcome
            : outcome;
    }

    private async Task<(McpOutcome Outcome, bool WasKnown)> TryAskAsync(
        McpServer server, TimeSpan timeout, Func<McpClient, CancellationToken, Task<McpOutcome>> ask, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var client = ClientOf(server, out var wasKnown);
        try
        {
            return (await RunAsync(client, ask, stop.Token).WaitAsync(timeout, time, cancellationToken), wasKnown);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            var error = McpFailures.From(exception, server, timeout);
            // A tool that failed is no reason to connect again; a connection that failed is.
            if (error.Kind == McpErrorKind.Http || exception is TimeoutException) Drop(server, client);
            return (new McpFailed(error), wasKnown);
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private static async Task<McpOutcome> RunAsync(
        Task<McpClient> client, Func<McpClient, CancellationToken, Task<McpOutcome>> ask, CancellationToken stop) => await ask(await client.WaitAsync(stop), stop);

    private Task<McpClient> ClientOf(McpServer server, out bool wasKnown)
    {
        lock (_lock)
        {
            wasKnown = _clients.TryGetValue(server, out var known) && !known.IsFaulted && !known.IsCanceled;
            if (wasKnown) return known!;
            return _clients[server] = ConnectAsync(server);
        }
    }

    private Task<McpClient> ConnectAsync(McpServer server)
    {
        var headers = server.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);
        if (server.Authorization is { } token) headers["Authorization"] = $"Bearer {token}";
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = server.Url,
            Name = server.Label,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = headers,
            // Nobody here listens to what a server says by itself.
            EnableStandaloneGetStream = false,
            MaxReconnectionAttempts = 1,
        }, http);
        var options = new McpClientOptions
        {
            ClientInfo = new Implementation { Name = "parley", Version = typeof(McpConnections).Assembly.GetName().Version?.ToString(3) ?? "0" },
            InitializationTimeout = ListTimeout,
        };
        return McpClient.CreateAsync(transport, options, cancellationToken: _closing.Token);
    }

    private void Drop(McpServer server, Task<McpClient> client)
    {
        lock (_lock)
        {
            if (_clients.TryGetValue(server, out var known) && known == client) _clients.Remove(server);
        }
        _ = DisposeAsync(client);
    }

    private static async Task DisposeAsync(Task<McpClient> client)
    {
        try
        {
            await (await client).DisposeAsync();
        }
        catch (Exception)
        {
            // A connection that fails while it is given up changes nothing for the call.
        }
    }

    private static Dictionary<string, object?>? TryParse(string arguments)
    {
        try
        {
            var parsed = JsonElement.Parse(string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments);
            return parsed.ValueKind == JsonValueKind.Object ? parsed.EnumerateObject().ToDictionary(field => field.Name, field => (object?)field.Value) : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }
}
