namespace Parley.Conversation;

/// <summary>
/// A server of tools (Model Context Protocol over streamable HTTP), and what has to be shown to it. Prints as its label: the rest is
/// between the client and that server.
/// </summary>
public sealed class McpServer(string label, Uri url, string? authorization = null, IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    : IEquatable<McpServer>
{
    /// <summary>The client's name for it.</summary>
    public string Label { get; } = label;

    public Uri Url { get; } = url;

    /// <summary>An access token; null: none.</summary>
    public string? Authorization { get; } = authorization;

    /// <summary>Sent with each request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = headers ?? [];

    public bool Equals(McpServer? other) => other is not null && Label == other.Label && Url == other.Url
        && Authorization == other.Authorization && Headers.SequenceEqual(other.Headers);

    public override bool Equals(object? obj) => Equals(obj as McpServer);

    public override int GetHashCode() => HashCode.Combine(Label, Url);

    public override string ToString() => Label;
}
