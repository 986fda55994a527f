using CsCheck;

namespace Parley.Conversation.Tests;

public sealed class HistoryTests
{
    [Fact]
    public void A_call_without_an_outcome_is_shown_as_cancelled()
    {
        var log = new ConversationLog();
        log.TryAppend(new ToolCallItem("a", "call_1", "time", "{}"));
        var history = log.Snapshot();
        Assert.Equal(new ToolOutputItem("", "call_1", History.CancelledOutput), history[1]);
    }

    [Fact]
    public void An_output_stands_next_to_its_call_whatever_was_said_in_between()
    {
        var log = new ConversationLog();
        log.TryAppend(new ToolCallItem("a", "call_1", "time", "{}"));
        log.TryAppend(Said("b", MessageRole.User, "hello?"));
        log.TryAppend(new ToolOutputItem("c", "call_1", "noon"));
        Assert.Equal(["a", "c", "b"], log.Snapshot().Select(item => item.Id));
    }

    [Fact]
    public void What_is_still_being_made_and_what_nobody_heard_are_left_out()
    {
        var log = new ConversationLog();
        log.TryAppend(Said("a", MessageRole.Assistant, "") with { Status = ItemStatus.Incomplete });
        log.TryAppend(Said("b", MessageRole.Assistant, "half a") with { Status = ItemStatus.InProgress });
        log.TryAppend(Said("c", MessageRole.User, ""));
        Assert.Equal(["c"], log.Snapshot().Select(item => item.Id));
    }

    [Fact]
    public void Whatever_the_items_each_call_is_followed_by_exactly_one_outcome() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5]).List[0, 30].Sample(script =>
        {
            var items = script.Select((entry, index) => (ConversationItem)(entry.Item1 switch
            {
                0 => new ToolCallItem($"i{index}", $"call_{entry.Item2}", "f", "{}"),
                1 => new ToolOutputItem($"i{index}", $"call_{entry.Item2}", "out"),
                _ => Said($"i{index}", MessageRole.User, "hm"),
            })).ToList();
            AssertPaired(History.Of(items));
        });

    internal static void AssertPaired(IReadOnlyList<ConversationItem> history)
    {
        for (var i = 0; i < history.Count; i++)
        {
            if (history[i] is ToolCallItem call) Assert.Equal(call.CallId, Assert.IsType<ToolOutputItem>(history[i + 1]).CallId);
            if (history[i] is ToolOutputItem output) Assert.Equal(output.CallId, Assert.IsType<ToolCallItem>(history[i - 1]).CallId);
        }
    }

    private static MessageItem Said(string id, MessageRole role, string text) => new(id, role, [new ContentPart(ContentKind.Audio, text)]);
}
