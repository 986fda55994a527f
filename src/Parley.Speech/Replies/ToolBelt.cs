using System.Text.Json;
using Microsoft.Extensions.AI;
using Parley.Conversation;

namespace Parley.Speech.Replies;

/// <summary>
/// The functions that a model may call in one reply: the server's, run here, and those of the client, which become events.
/// Where both have the same name the client's wins.
/// </summary>
internal sealed class ToolBelt
{
    private readonly ReplyRequest _request;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly HashSet<string> _clientNames;
    private readonly Dictionary<string, AIFunction> _functions = [];
    private readonly List<AITool> _tools = [];

    public ToolBelt(IReadOnlyList<AIFunction> functions, ReplyRequest request, TimeProvider time, TimeSpan timeout)
    {
        _request = request;
        _time = time;
        _timeout = timeout;
        _clientNames = [.. request.Tools.Select(tool => tool.Name)];
        _tools.AddRange(request.Tools.DistinctBy(tool => tool.Name).Select(Declare));
        foreach (var function in functions)
            if (!_clientNames.Contains(function.Name) && _functions.TryAdd(function.Name, function)) _tools.Add(function);
    }

    public bool AllowsParallelCalls => _request.ParallelToolCalls != false;

    /// <summary>Why the model cannot be made to call what the client wants; null: it can.</summary>
    public ReplyFailed? RefusalOfChoice => _request.ToolChoice switch
    {
        { Mode: ToolChoiceMode.Function, FunctionName: { } name } when !_clientNames.Contains(name) && !_functions.ContainsKey(name) =>
            new ReplyFailed("invalid_tool_choice", $"tool_choice names the function '{name}', which is not among the tools."),
        { Mode: ToolChoiceMode.Required } when _tools.Count == 0 =>
            new ReplyFailed("invalid_tool_choice", "tool_choice is 'required', but there are no tools."),
        _ => null,
    };

    /// <summary>
    /// A required call is required once: the round after it must be free to speak. In the last round tools are still listed,
    /// since the messages mention them, but may not be called.
    /// </summary>
    public ChatOptions Options(int round, bool isLast) => new()
    {
        MaxOutputTokens = _request.MaxOutputTokens,
        Tools = _tools.Count > 0 ? _tools : null,
        AllowMultipleToolCalls = _tools.Count > 0 ? _request.ParallelToolCalls : null,
        Reasoning = _request.ReasoningEffort is { } effort ? new ReasoningOptions { Effort = Of(effort) } : null,
        ToolMode = _tools.Count == 0 ? null : isLast ? ChatToolMode.None : round > 0 ? ChatToolMode.Auto : FirstMode(),
    };

    /// <summary>Runs the server's functions, side by side. Where the client has to run one, the reply ends and its calls are returned.</summary>
    public async Task<ToolOutcomes> RunAsync(ChatTurn turn, CancellationToken cancellationToken)
    {
        // A model may not know that it is to make one call at a time.
        var calls = AllowsParallelCalls ? turn.Calls : turn.Calls[..1];
        var forClient = calls.Where(IsForClient).Select(call => new ReplyToolCall(call.CallId, call.Name,
            turn.ToldArguments(call) is { Length: > 0 } told ? told : JsonSerializer.Serialize(call.Arguments ?? EmptyArguments, Compact))).ToList();
        var results = await Task.WhenAll(calls.Where(call => !IsForClient(call)).Select(call => RunAsync(call, cancellationToken)));
        return new ToolOutcomes(results, forClient);
    }

    /// <summary>The client runs this function.</summary>
    public bool IsClients(string name) => _clientNames.Contains(name);

    private bool IsForClient(FunctionCallContent call) => call.Exception is null && IsClients(call.Name);

    private async Task<FunctionResultContent> RunAsync(FunctionCallContent call, CancellationToken cancellationToken) =>
        new(call.CallId, await OutcomeAsync(call, cancellationToken));

    private async Task<string> OutcomeAsync(FunctionCallContent call, CancellationToken cancellationToken)
    {
        if (call.Exception is not null) return "Error: the arguments were not a JSON object. Call the function again with correct arguments.";
        if (!_functions.TryGetValue(call.Name, out var function)) return $"Error: there is no function named {call.Name}.";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var work = function.InvokeAsync(new AIFunctionArguments(call.Arguments), stop.Token).AsTask();
            return Text(await work.WaitAsync(_timeout, _time, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (TimeoutException)
        {
            stop.Cancel();
            return $"Error: the function did not answer within {_timeout.TotalSeconds:0.#} s.";
        }
        catch (Exception exception)
        {
            return $"Error: the function failed: {exception.Message}";
        }
    }

    private ChatToolMode FirstMode() => _request.ToolChoice.Mode switch
    {
        ToolChoiceMode.None => ChatToolMode.None,
        ToolChoiceMode.Required => ChatToolMode.RequireAny,
        ToolChoiceMode.Function when _request.ToolChoice.FunctionName is { } name => ChatToolMode.RequireSpecific(name),
        _ => ChatToolMode.Auto,
    };

    /// <summary>The package knows no effort below low.</summary>
    private static Microsoft.Extensions.AI.ReasoningEffort Of(Conversation.ReasoningEffort effort) => effort switch
    {
        Conversation.ReasoningEffort.Minimal or Conversation.ReasoningEffort.Low => Microsoft.Extensions.AI.ReasoningEffort.Low,
        Conversation.ReasoningEffort.Medium => Microsoft.Extensions.AI.ReasoningEffort.Medium,
        Conversation.ReasoningEffort.High => Microsoft.Extensions.AI.ReasoningEffort.High,
        _ => Microsoft.Extensions.AI.ReasoningEffort.ExtraHigh,
    };

    private static string Text(object? result) => result switch
    {
        null => "done",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } element => element.GetString() ?? "",
        JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => "done",
        JsonElement element => element.GetRawText(),
        _ => JsonSerializer.Serialize(result, Compact),
    };

    private static AIFunctionDeclaration Declare(FunctionTool tool) =>
        AIFunctionFactory.CreateDeclaration(tool.Name, tool.Description, Schema(tool.ParametersJson));

    private static JsonElement Schema(string json)
    {
        try
        {
            var schema = JsonElement.Parse(json);
            if (schema.ValueKind == JsonValueKind.Object) return schema;
        }
        catch (JsonException)
        {
            // The session checked what the client sent; what is not a schema after all takes no parameters.
        }
        return NoParameters;
    }

    private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","properties":{}}""");

    private static readonly Dictionary<string, object?> EmptyArguments = [];

    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };
}

/// <summary>What the calls of one round came to.</summary>
internal sealed record ToolOutcomes(IReadOnlyList<FunctionResultContent> Results, IReadOnlyList<ReplyToolCall> ForClient);
