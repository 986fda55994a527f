using System.Text;
using Parley.Conversation;
using Parley.Realtime.Mcp;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Replies;

/// <summary>One response, from <c>response.created</c> to <c>response.done</c>, and on until its audio has played.</summary>
internal sealed class Response(string id, ResponseOptions options)
{
    public string Id { get; } = id;

    public ResponseOptions Options { get; } = options;

    public ResponseStatus Status { get; set; } = ResponseStatus.Waiting;

    /// <summary>While waiting: when it no longer waits for transcripts.</summary>
    public Instant WaitsUntil { get; init; } = Instant.Never;

    /// <summary>What it brought so far, by output index.</summary>
    public List<ConversationItem> Output { get; } = [];

    /// <summary>The tools that the model was offered; null as long as it was not asked.</summary>
    public ToolOffer? Offer { get; set; }

    /// <summary>Servers that were named for this response alone are asked for their tools first.</summary>
    public bool AwaitsTools { get; set; } = options.HasOwnTools;

    /// <summary>What the model was asked; null as long as it was not.</summary>
    public ReplyRequest? Request { get; set; }

    /// <summary>Null: no model was asked.</summary>
    public ResponseUsage? Usage { get; set; }

    public CancelReason CancelReason { get; set; }

    public RealtimeError? Error { get; set; }

    /// <summary>Calls that the model is writing.</summary>
    public List<OpenCall> OpenCalls { get; } = [];

    public ReplyLimit Limit { get; set; }

    /// <summary>Where its message stands in <see cref="Output"/>; −1: it has none yet.</summary>
    public int MessageIndex { get; set; } = -1;

    /// <summary>The text of its message as far as the models have brought it.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>How much of the text the client was told.</summary>
    public int ToldLength { get; set; }

    public HeardLedger Ledger { get; } = new();

    /// <summary>The client heard so much of it and stopped playing, while it was still being made; null: as far as is known it plays on.</summary>
    public TimeSpan? CutAt { get; set; }

    /// <summary>Makes the audio of its events; null: it has had none so far.</summary>
    public OutputEncoder? Encoder { get; set; }

    public PlayoutState Playout { get; set; } = PlayoutState.None;

    public bool IsActive => Status is ResponseStatus.Waiting or ResponseStatus.Generating;

    /// <summary>
    /// It is done: what it was made of can go. Spoken responses are remembered for as long as their items may be truncated, and each
    /// request holds the conversation as it was.
    /// </summary>
    public void Release() => (Request, Offer, Encoder) = (null, null, null);

    /// <summary>Audio of it is being heard, or waits to be.</summary>
    public bool HasAudioLeft => Playout is PlayoutState.Queued or PlayoutState.Playing or PlayoutState.RanDry;

    /// <summary>Its audio speaks all of its text, because nothing cut it short.</summary>
    public bool IsWhole => Status is ResponseStatus.Completed or ResponseStatus.Incomplete;

    public MessageItem? Message => MessageIndex < 0 ? null : (MessageItem)Output[MessageIndex];

    public ContentPlace MessagePlace => new(Id, Message!.Id, MessageIndex);
}

internal enum ResponseStatus
{
    /// <summary>For the transcripts of what it answers.</summary>
    Waiting,
    Generating,
    Completed,
    Cancelled,
    Failed,
    Incomplete,
}

internal enum CancelReason { ClientCancelled, TurnDetected }

internal enum PlayoutState
{
    /// <summary>No audio so far.</summary>
    None,

    /// <summary>There is audio, and none of it was sent.</summary>
    Queued,

    Playing,

    /// <summary>Everything so far was sent, while more may come.</summary>
    RanDry,

    /// <summary>Everything was sent, or the rest was dropped.</summary>
    Over,

    /// <summary>The client has the audio and plays it itself.</summary>
    AtClient,
}
