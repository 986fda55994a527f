namespace Parley.Conversation.Tests;

public sealed class ConversationLogTests
{
    private readonly ConversationLog _log = new();

    [Fact]
    public void Items_go_after_the_one_that_is_named()
    {
        _log.TryAppend(Text("a"));
        _log.TryAppend(Text("c"));
        _log.TryInsert(Text("b"), "a");
        _log.TryInsert(Text("first"), null);
        Assert.Equal(["first", "a", "b", "c"], _log.Items.Select(item => item.Id));
        Assert.Equal("a", _log.PreviousId("b"));
        Assert.Null(_log.PreviousId("first"));
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_its_reason()
    {
        _log.TryAppend(Text("a"));
        Assert.Equal(LogStatus.DuplicateId, _log.TryAppend(Text("a")));
        Assert.Equal(LogStatus.UnknownPreviousItem, _log.TryInsert(Text("b"), "nobody"));
        Assert.Equal(LogStatus.UnknownCallId, _log.TryAppend(new ToolOutputItem("b", "call_1", "")));
        Assert.Equal(LogStatus.Ok, _log.TryAppend(new ToolCallItem("b", "call_1", "f", "")));
        Assert.Equal(LogStatus.DuplicateCallId, _log.TryAppend(new ToolCallItem("c", "call_1", "f", "")));
        Assert.Equal(LogStatus.Ok, _log.TryAppend(new ToolOutputItem("c", "call_1", "")));
        Assert.Equal(LogStatus.DuplicateOutput, _log.TryAppend(new ToolOutputItem("d", "call_1", "")));
    }

    [Fact]
    public void The_items_of_an_earlier_log_are_taken_as_they_stood()
    {
        ConversationItem[] items = [new ToolOutputItem("a", "call_1", "x"), Text("b"), Text("b"), new ToolCallItem("c", "call_2", "f", "")];
        _log.Restore(items);
        Assert.Equal(["a", "b", "c"], _log.Items.Select(item => item.Id));
        Assert.Equal(LogStatus.DuplicateId, _log.TryAppend(Text("c")));
        Assert.Equal(LogStatus.Ok, _log.TryAppend(new ToolOutputItem("d", "call_2", "")));
    }

    [Fact]
    public void Images_have_a_bound_of_their_own()
    {
        static MessageItem Image(string id) =>
            new(id, MessageRole.User, [ContentPart.Image(new string('x', ConversationLog.MaxImageLength / 2))]);
        Assert.Equal(LogStatus.Ok, _log.TryAppend(Image("a")));
        Assert.Equal(LogStatus.Ok, _log.TryAppend(Image("b")));
        Assert.Equal(LogStatus.Full, _log.TryAppend(Image("c")));
        Assert.True(_log.TryDelete("a"));
        Assert.Equal(LogStatus.Ok, _log.TryAppend(Image("c")));
    }

    [Fact]
    public void Deleting_makes_room()
    {
        var half = new string('x', ConversationLog.MaxTextLength / 2);
        Assert.Equal(LogStatus.Ok, _log.TryAppend(Text("a", half)));
        Assert.Equal(LogStatus.Ok, _log.TryAppend(Text("b", half)));
        Assert.Equal(LogStatus.Full, _log.TryAppend(Text("c")));
        Assert.True(_log.TryDelete("a"));
        Assert.False(_log.TryDelete("a"));
        Assert.Equal(LogStatus.Ok, _log.TryAppend(Text("c")));
    }

    private static MessageItem Text(string id, string text = "hm") => new(id, MessageRole.User, [new ContentPart(ContentKind.Text, text)]);
}
