using Parley.Conversation;

namespace Parley.Realtime;

/// <summary>What a session asks of the call that it lives in. Commands are to be carried out in order.</summary>
public abstract record SessionCommand;

/// <summary>
/// The client's audio goes on (<see cref="AudioPath.Events"/>): decode it, and hand in what the speech detector says of it. To be
/// carried out before the next client event is handed in: the memory is then used again.
/// </summary>
/// <param name="Audio">Whole samples in <see cref="Settings.SessionSettings.InputFormat"/>; 16 bit samples are little-endian.</param>
public sealed record AppendInput(ReadOnlyMemory<byte> Audio) : SessionCommand;

/// <summary>
/// Feed the recogniser with the input audio from <paramref name="From"/> on, as the utterance <paramref name="ItemId"/>.
/// <paramref name="From"/> lies at most <see cref="RealtimeSession.MaxLookback"/> before the newest frame.
/// </summary>
/// <param name="From">A position in the session's input audio.</param>
/// <param name="Language">BCP 47 tag; null: the recogniser's own choice.</param>
/// <param name="Prompt">Words or style to expect; null: none.</param>
public sealed record BeginUtterance(string ItemId, TimeSpan From, string? Language, string? Prompt) : SessionCommand
{
    /// <summary>The client wants to know how sure the recogniser is of each token.</summary>
    public bool WantsLogprobs { get; init; }
}

/// <summary>The utterance ends at <paramref name="To"/>: let the recogniser finish, and report its transcript.</summary>
public sealed record EndUtterance(string ItemId, TimeSpan To) : SessionCommand;

/// <summary>
/// Recognise a recording that the client put into the conversation, and report its transcript as that of the utterance
/// <paramref name="ItemId"/>, as if it had begun and ended.
/// </summary>
/// <param name="Samples">Mono, 16 bit, 16 kHz; at most <see cref="RealtimeSession.MaxUtterance"/>.</param>
/// <param name="Language">BCP 47 tag; null: the recogniser's own choice.</param>
/// <param name="Prompt">Words or style to expect; null: none.</param>
public sealed record RecognizeItem(string ItemId, ReadOnlyMemory<short> Samples, string? Language, string? Prompt) : SessionCommand
{
    /// <inheritdoc cref="BeginUtterance.WantsLogprobs"/>
    public bool WantsLogprobs { get; init; }
}

/// <summary>Nobody wants this utterance's transcript any more: stop its recogniser.</summary>
public sealed record DiscardUtterance(string ItemId) : SessionCommand;

/// <summary>Generate a reply and play it. It ends with <see cref="ReplyCompleted"/> or <see cref="ReplyFailed"/>, or by <see cref="CancelReply"/>.</summary>
public sealed record StartReply(ReplyRequest Request) : SessionCommand;

/// <summary>Stop generating. Audio that was already handed over plays on, and drains, unless <see cref="ClearPlayout"/> follows.</summary>
public sealed record CancelReply(string ResponseId) : SessionCommand;

/// <summary>Fall silent: drop all audio of this reply that was not sent yet. No further playout update is expected of it.</summary>
public sealed record ClearPlayout(string ResponseId) : SessionCommand;

/// <summary>Ask a server for its tools, and report what became of it by <see cref="RealtimeSession.HandleMcp"/>, for good or ill.</summary>
public sealed record ListMcpTools(string ItemId, McpServer Server) : SessionCommand;

/// <summary>Call a server's tool, and report what became of it by <see cref="RealtimeSession.HandleMcp"/>, for good or ill.</summary>
/// <param name="Arguments">A JSON object.</param>
public sealed record CallMcpTool(string ItemId, McpServer Server, string ToolName, string Arguments) : SessionCommand;

/// <summary>Nobody waits for what <see cref="ListMcpTools"/> or <see cref="CallMcpTool"/> brings any more.</summary>
public sealed record CancelMcp(string ItemId) : SessionCommand;

/// <summary>Send what server events are still queued, then hang up.</summary>
public sealed record CloseCall(CloseReason Reason) : SessionCommand;

public enum CloseReason
{
    /// <summary>The session reached its maximum duration.</summary>
    SessionExpired,

    /// <summary><see cref="RealtimeSession.End"/>: a limit of whoever called, such as minutes a day.</summary>
    LimitReached,

    /// <summary>The client does not take its events: too many bytes are queued for it.</summary>
    ClientTooSlow,
}
