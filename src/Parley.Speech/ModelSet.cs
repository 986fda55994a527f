using Microsoft.Extensions.AI;
using Parley.Speech.Mcp;

namespace Parley.Speech;

/// <summary>The models behind a call. Shared by many calls; owned by whoever made it.</summary>
/// <param name="Tools">Tools that the server itself runs; those of the client come with each request.</param>
public sealed record ModelSet(IRecognizer Recognizer, IChatClient Chat, ISynthesizer Synthesizer, IReadOnlyList<AIFunction> Tools)
{
    /// <summary>A context of 32k tokens less the 4,096 that a response may write.</summary>
    public const int DefaultMaxInputTokens = 28_224;

    /// <summary>Tokens of instructions, tools and conversation that the chat model takes. What is longer is cut before it is asked.</summary>
    public int MaxInputTokens { get; init; } = DefaultMaxInputTokens;

    /// <summary>The way to the MCP servers that clients name.</summary>
    public IMcpConnector Mcp { get; init; } = PublicMcp;

    private static IMcpConnector PublicMcp => field ??= new McpConnector(McpPolicy.Default, TimeProvider.System);
}
