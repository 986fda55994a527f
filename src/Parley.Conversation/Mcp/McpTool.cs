namespace Parley.Conversation;

/// <summary>A tool as its server describes it.</summary>
/// <param name="InputSchemaJson">A JSON schema.</param>
/// <param name="AnnotationsJson">A JSON object, or null.</param>
/// <param name="IsReadOnly">Its server says that it changes nothing.</param>
public sealed record McpTool(string Name, string Description, string InputSchemaJson, string? AnnotationsJson, bool IsReadOnly);
