using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parley.Hosting.Tests.Mcp;

/// <summary>A chat model that calls the first tool that it is offered, and tells what that brought.</summary>
internal sealed class ToolCallingChat(params (string Name, object? Value)[] arguments) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var brought = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().LastOrDefault();
        yield return brought is null
            ? new ChatResponseUpdate(ChatRole.Assistant,
                [new FunctionCallContent("call_1", options!.Tools![0].Name, arguments.ToDictionary(argument => argument.Name, argument => argument.Value))])
            : new ChatResponseUpdate(ChatRole.Assistant, $"It brought {brought.Result}.");
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
