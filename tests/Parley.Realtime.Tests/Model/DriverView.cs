using Parley.Conversation;

namespace Parley.Realtime.Tests.Model;

/// <summary>
/// What a driver has under way for a session from its commands alone, and the rules that those commands keep: what is begun is ended
/// once, and nothing is asked of work that is not there.
/// </summary>
internal sealed class DriverView(AudioPath path)
{
    /// <summary>Recognisers at work; true: their utterance has ended.</summary>
    public Dictionary<string, bool> Recognizers { get; } = new(StringComparer.Ordinal);

    /// <summary>Every utterance and recording there ever was.</summary>
    public List<string> Utterances { get; } = [];

    /// <summary>Replies that models are making.</summary>
    public Dictionary<string, ReplyRequest> Replies { get; } = new(StringComparer.Ordinal);

    public List<string> EveryReply { get; } = [];

    /// <summary>Replies that have sound left to play: how much there is, and how much has played.</summary>
    public Dictionary<string, (TimeSpan Available, TimeSpan Played)> Loudspeaker { get; } = new(StringComparer.Ordinal);

    /// <summary>Work at MCP servers; true: a tool is at work, false: its server is asked for its tools.</summary>
    public Dictionary<string, bool> Mcp { get; } = new(StringComparer.Ordinal);

    public CloseReason? Closed { get; private set; }

    /// <summary>Bytes of audio that the client's events brought.</summary>
    public int Appended { get; set; }

    public bool IsIdle => Recognizers.Count == 0 && Replies.Count == 0 && Loudspeaker.Count == 0 && Mcp.Count == 0;

    public void Handle(SessionCommand command, TimeSpan position)
    {
        Assert.Null(Closed);
        switch (command)
        {
            case AppendInput append:
                Assert.Equal(AudioPath.Events, path);
                Assert.NotEqual(0, append.Audio.Length);
                Appended += append.Audio.Length;
                break;
            case BeginUtterance begin:
                Assert.True(begin.From >= TimeSpan.Zero && begin.From <= position && begin.From >= position - RealtimeSession.MaxLookback, "an utterance begins out of reach");
                Assert.True(Recognizers.TryAdd(begin.ItemId, false));
                Utterances.Add(begin.ItemId);
                break;
            case RecognizeItem recording:
                Assert.True(Recognizers.TryAdd(recording.ItemId, true));
                Utterances.Add(recording.ItemId);
                break;
            case EndUtterance end:
                Assert.False(Assert.Contains(end.ItemId, (IDictionary<string, bool>)Recognizers), "an utterance ends twice");
                Recognizers[end.ItemId] = true;
                break;
            case DiscardUtterance discard:
                Assert.True(Recognizers.Remove(discard.ItemId), "nobody recognises what is discarded");
                break;
            case StartReply start:
                AssertHistory(start.Request.History);
                Assert.DoesNotContain(start.Request.ResponseId, EveryReply);
                Replies.Add(start.Request.ResponseId, start.Request);
                EveryReply.Add(start.Request.ResponseId);
                break;
            case CancelReply cancel:
                Assert.True(Replies.Remove(cancel.ResponseId), "nobody makes the reply that is cancelled");
                break;
            case ClearPlayout clear:
                Assert.Equal(AudioPath.Media, path);
                Assert.True(Loudspeaker.Remove(clear.ResponseId), "nothing plays of the reply that is silenced");
                break;
            case ListMcpTools list:
                Assert.True(Mcp.TryAdd(list.ItemId, false));
                break;
            case CallMcpTool call:
                Assert.True(Mcp.TryAdd(call.ItemId, true));
                break;
            case CancelMcp cancelled:
                Assert.True(Mcp.Remove(cancelled.ItemId), "nobody asks the server");
                break;
            case CloseCall close:
                Closed = close.Reason;
                break;
        }
    }

    /// <summary>No model is shown a call without its outcome, an outcome without its call, or half an item.</summary>
    private static void AssertHistory(IReadOnlyList<ConversationItem> history)
    {
        var calls = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < history.Count; i++)
        {
            Assert.NotEqual(ItemStatus.InProgress, history[i].Status);
            if (history[i] is ToolCallItem call)
            {
                Assert.True(calls.Add(call.CallId), "a call came twice");
                Assert.True(i + 1 < history.Count && history[i + 1] is ToolOutputItem output && output.CallId == call.CallId, "a call has no outcome behind it");
            }
            if (history[i] is ToolOutputItem { CallId: var id }) Assert.True(i > 0 && history[i - 1] is ToolCallItem before && before.CallId == id, "an outcome has no call before it");
        }
    }
}
