using Microsoft.Extensions.AI;

namespace Parley.Speech;

/// <summary>
/// A piece of a function call that a chat model is writing. A chat client that can tell may send these ahead of the whole
/// <see cref="FunctionCallContent"/>, which has to follow, in the order in which the calls began; one that does not is served as well,
/// only later.
/// </summary>
/// <param name="index">Tells the calls of one answer apart.</param>
public sealed class FunctionCallDeltaContent(int index, string? callId, string? name, string arguments) : AIContent
{
    public int Index { get; } = index;

    /// <summary>Null or empty: not in this piece.</summary>
    public string? CallId { get; } = callId;

    /// <summary>Null or empty: not in this piece.</summary>
    public string? Name { get; } = name;

    /// <summary>More of the JSON text of the arguments.</summary>
    public string Arguments { get; } = arguments;
}
