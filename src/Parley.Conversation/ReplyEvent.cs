namespace Parley.Conversation;

/// <summary>What a model's reply brings, in order. The last one is <see cref="ReplyCompleted"/> or <see cref="ReplyFailed"/>.</summary>
public abstract record ReplyEvent;

/// <summary>More of the reply's text; of its transcript, when the reply is spoken.</summary>
public sealed record ReplyText(string Delta) : ReplyEvent;

/// <summary>More of the reply's sound: mono, 16 bit, 24 kHz, any length, faster than real time.</summary>
public sealed record ReplyAudio(ReadOnlyMemory<short> Samples) : ReplyEvent;

/// <summary>
/// When <paramref name="Position"/> of this reply's audio has played, the first <paramref name="TextLength"/> characters of
/// its text have been heard. Marks come with or before the audio that they speak of, and grow.
/// </summary>
public sealed record ReplyMark(TimeSpan Position, int TextLength) : ReplyEvent;

/// <summary>
/// More of the arguments of a call that the model is writing. The first one, whose delta may be empty, begins the call; a
/// <see cref="ReplyToolCall"/> or <see cref="ReplyToolCallDropped"/> with the same id ends it.
/// </summary>
public sealed record ReplyToolCallDelta(string CallId, string Name, string Delta) : ReplyEvent;

/// <summary>The model asks the application to run a function. The arguments are whole, whether or not they came in pieces before.</summary>
public sealed record ReplyToolCall(string CallId, string Name, string Arguments) : ReplyEvent;

/// <summary>A call that was begun is not to be made: what the model wrote is no call.</summary>
public sealed record ReplyToolCallDropped(string CallId) : ReplyEvent;

public sealed record ReplyCompleted(ReplyUsage Usage, ReplyLimit Limit = ReplyLimit.None) : ReplyEvent;

/// <summary>What cut a reply short.</summary>
public enum ReplyLimit { None, OutputTokens, ContentFilter }

/// <summary>The reply cannot go on. The call lives on. <paramref name="Code"/> is short and stable, the message says what to do.</summary>
public sealed record ReplyFailed(string Code, string Message) : ReplyEvent;

/// <param name="CachedInputTokens">How many of the input tokens the model had from before.</param>
public readonly record struct ReplyUsage(int InputTokens, int OutputTokens, int CachedInputTokens = 0);
