using Parley.Conversation;

namespace Parley.Realtime.Settings;

/// <summary>A <c>tools</c> entry of the type <c>mcp</c>: a server whose tools this server calls for the client.</summary>
public sealed record McpToolSettings(McpServer Server)
{
    /// <summary>What the server is for; null: its tools speak for themselves.</summary>
    public string? Description { get; init; }

    /// <summary>The tools that a model may know of; null: all.</summary>
    public McpToolFilter? Allowed { get; init; }

    public McpApproval Approval { get; init; } = McpApproval.Always;
}

/// <summary>Some of a server's tools. A condition that is null is met by all.</summary>
/// <param name="IsReadOnly">As the server says of its tool.</param>
public sealed record McpToolFilter(IReadOnlyList<string>? Names, bool? IsReadOnly = null)
{
    public bool Matches(McpTool tool) =>
        (Names is null || Names.Contains(tool.Name)) && (IsReadOnly is null || IsReadOnly == tool.IsReadOnly);

    public bool Equals(McpToolFilter? other) => other is not null && IsReadOnly == other.IsReadOnly
        && (Names ?? []).SequenceEqual(other.Names ?? []) && Names is null == other.Names is null;

    public override int GetHashCode() => HashCode.Combine(Names?.Count, IsReadOnly);
}

/// <summary>
/// Which calls the client is asked for first. A tool that both lists name is asked for. One that neither names is asked for too, unless
/// only <see cref="AlwaysFor"/> is given: then that list is all that is asked for.
/// </summary>
public sealed record McpApproval(McpToolFilter? AlwaysFor, McpToolFilter? NeverFor)
{
    private static readonly McpToolFilter All = new(Names: null);

    public static readonly McpApproval Always = new(All, null);

    public static readonly McpApproval Never = new(null, All);

    public bool IsNeededFor(McpTool tool) =>
        AlwaysFor?.Matches(tool) == true || (NeverFor?.Matches(tool) != true && (AlwaysFor is null || NeverFor is not null));
}
