using Parley.Conversation;

namespace Parley.Transceiver.Models;

/// <summary>What came for a call: a transcript update of an utterance, an event of a reply, or what an MCP server answered for an item.</summary>
internal readonly record struct ModelEvent(string Id, TranscriptUpdate? Transcript, ReplyEvent? Reply, McpOutcome? Mcp = null);
