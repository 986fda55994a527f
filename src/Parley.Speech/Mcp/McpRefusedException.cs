namespace Parley.Speech.Mcp;

/// <summary>The operator does not let this server connect there.</summary>
internal sealed class McpRefusedException(string message) : Exception(message);
