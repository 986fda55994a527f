using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Parley.Conversation;
using Parley.Speech.Mcp;

namespace Parley.Transceiver.Models;

/// <summary>One question to an MCP server: for its tools, or of one of them.</summary>
/// <param name="ask">Asks, and gives the outcome.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A token source without timer or links holds nothing to free, and other threads may still stop it.")]
internal sealed class McpJob(string itemId, Func<IMcpConnections, CancellationToken, Task<McpOutcome>> ask, ModelBell bell, ILogger logger)
{
    private readonly CancellationTokenSource _stop = new();

    public string ItemId => itemId;

    public ModelOutbox<McpOutcome> Outbox { get; } = new(bell);

    /// <summary>Off the shard. Ends with one outcome, unless it was stopped.</summary>
    public async Task RunAsync(IMcpConnections connections)
    {
        var stop = _stop.Token;
        try
        {
            await Outbox.SendAsync(await AskAsync(connections, stop), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
    }

    /// <summary>Any thread.</summary>
    public void Stop() => _stop.Cancel();

    private async Task<McpOutcome> AskAsync(IMcpConnections connections, CancellationToken stop)
    {
        try
        {
            return await ask(connections, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            ModelLog.McpFaulted(logger, exception);
            return new McpFailed(McpError.Protocol(-32603, "The call failed unexpectedly; the server's log says more."));
        }
    }
}
