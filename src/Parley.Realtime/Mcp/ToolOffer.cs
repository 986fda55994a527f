using System.Buffers;
using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Mcp;

/// <summary>
/// The tools of one response as a chat model gets them: the client's functions, and those of MCP servers under names that every
/// chat model takes. Immutable.
/// </summary>
internal sealed class ToolOffer
{
    /// <summary>As chat APIs have it.</summary>
    private const int MaxNameLength = 64;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly Dictionary<string, OfferedTool> _mcpTools = new(StringComparer.Ordinal);

    private ToolOffer(SessionSettings settings, McpListings listings, bool isOutOfBand)
    {
        var names = settings.Tools.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        // What a tool brings becomes an item of the conversation, so a response outside of it has none.
        foreach (var server in isOutOfBand ? [] : settings.McpTools)
            foreach (var tool in listings.ToolsOf(server))
            {
                var name = ModelName(server.Server.Label, tool.Name, names);
                _mcpTools.Add(name, new OfferedTool(name, server.Server, tool, server.Approval.IsNeededFor(tool)));
            }
        Functions = [.. settings.Tools, .. _mcpTools.Values.Select(Declare)];
        Choice = settings.ToolChoice;
    }

    public IReadOnlyList<FunctionTool> Functions { get; private init; }

    public ToolChoice Choice { get; private init; }

    /// <summary>Null: <c>tool_choice</c> names a tool that is not there.</summary>
    public static ToolOffer? TryMake(SessionSettings settings, McpListings listings, bool isOutOfBand)
    {
        var offer = new ToolOffer(settings, listings, isOutOfBand);
        return settings.ToolChoice.Mode == ToolChoiceMode.Mcp ? offer.TryChoose(settings.ToolChoice) : offer;
    }

    /// <summary>Null: the name is that of a function.</summary>
    public OfferedTool? FindMcp(string modelName) => _mcpTools.GetValueOrDefault(modelName);

    private ToolOffer(ToolOffer whole, IReadOnlyList<FunctionTool> functions, ToolChoice choice)
    {
        (_mcpTools, Functions, Choice) = (whole._mcpTools, functions, choice);
    }

    /// <summary>Chat models know functions only: one by its name, or any of those that are left.</summary>
    private ToolOffer? TryChoose(ToolChoice choice)
    {
        var chosen = _mcpTools.Values.Where(offered => offered.Server.Label == choice.ServerLabel
            && (choice.FunctionName is null || offered.Tool.Name == choice.FunctionName)).ToList();
        if (chosen.Count == 0) return null;
        return choice.FunctionName is null
            ? new ToolOffer(this, [.. chosen.Select(Declare)], new ToolChoice(ToolChoiceMode.Required))
            : new ToolOffer(this, Functions, new ToolChoice(ToolChoiceMode.Function, chosen[0].ModelName));
    }

    private static FunctionTool Declare(OfferedTool offered) => new(offered.ModelName, offered.Tool.Description, offered.Tool.InputSchemaJson);

    private static string ModelName(string label, string tool, HashSet<string> taken)
    {
        var name = Shorten(Clean(tool), "");
        if (taken.Add(name)) return name;
        var full = Clean($"{label}__{tool}");
        for (var number = 1; ; number++)
        {
            name = Shorten(full, number == 1 ? "" : FormattableString.Invariant($"_{number}"));
            if (taken.Add(name)) return name;
        }
    }

    private static string Clean(string name) =>
        string.Concat(name.Select(character => NameCharacters.Contains(character) ? character : '_'));

    private static string Shorten(string name, string suffix) =>
        name[..Math.Min(name.Length, MaxNameLength - suffix.Length)] + suffix;
}
