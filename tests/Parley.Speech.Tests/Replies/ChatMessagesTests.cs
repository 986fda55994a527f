using Microsoft.Extensions.AI;
using Parley.Conversation;
using Parley.Speech.Replies;

namespace Parley.Speech.Tests.Replies;

public sealed class ChatMessagesTests
{
    private static MessageItem Say(MessageRole role, string? text) => new("item", role, [new ContentPart(ContentKind.Audio, text)]);

    private static List<string> Map(string instructions, params ConversationItem[] history) =>
        [.. ChatMessages.From(new ReplyRequest("resp_1", history) { Instructions = instructions }).Select(Describe)];

    private static string Describe(ChatMessage message) => message.Role + ": " + string.Join(" | ", message.Contents.Select(content => content switch
    {
        TextContent text => text.Text,
        DataContent data => $"{data.MediaType}[{data.Data.Length}]",
        FunctionCallContent call => $"{call.Name}#{call.CallId}({string.Join(",", call.Arguments!.Select(a => $"{a.Key}={a.Value}"))})",
        FunctionResultContent result => $"#{result.CallId}={result.Result}",
        _ => "?",
    }));

    [Fact]
    public void Instructions_come_first_and_roles_are_kept() => Assert.Equal(
        ["system: Be brief.", "user: Hello.", "assistant: Hi.", "system: Now be long."],
        Map("Be brief.", Say(MessageRole.User, "Hello."), Say(MessageRole.Assistant, "Hi."), Say(MessageRole.System, "Now be long.")));

    [Fact]
    public void A_turn_without_words_becomes_a_note_and_an_empty_answer_nothing() => Assert.Equal(
        ["user: " + ChatMessages.NotUnderstood, "user: Again."],
        Map("", Say(MessageRole.User, null), Say(MessageRole.Assistant, ""), Say(MessageRole.User, "Again.")));

    [Fact]
    public void Words_and_pictures_of_a_turn_stay_in_their_order() => Assert.Equal(
        ["user: Look: | image/png[3] | What is it?"],
        Map("", new MessageItem("i", MessageRole.User,
            [new ContentPart(ContentKind.Text, "Look:"), ContentPart.Image("data:image/png;base64,AAAA"), new ContentPart(ContentKind.Audio, "What is it?")])));

    [Fact]
    public void Calls_stand_together_and_their_outcomes_right_behind_them() => Assert.Equal(
        ["user: Go.", "assistant: Well. | a#1(x=1) | b#2()", "tool: #1=one | #2=two", "user: And?"],
        Map("", Say(MessageRole.User, "Go."), Say(MessageRole.Assistant, "Well."), new ToolCallItem("i1", "1", "a", """{"x":1}"""),
            new ToolCallItem("i2", "2", "b", "{}"), new ToolOutputItem("o2", "2", "two"), Say(MessageRole.User, "And?"), new ToolOutputItem("o1", "1", "one")));

    [Fact]
    public void A_call_without_an_outcome_was_cancelled_and_an_outcome_without_a_call_is_dropped() => Assert.Equal(
        ["assistant: a#1()", "tool: #1=cancelled"],
        Map("", new ToolOutputItem("o9", "9", "lost"), new ToolCallItem("i1", "1", "a", "not json")));

    [Fact]
    public void An_id_that_a_server_uses_twice_pairs_each_call_with_its_own_outcome() => Assert.Equal(
        ["assistant: a#1()", "tool: #1=first", "user: Again.", "assistant: a#1()", "tool: #1=second"],
        Map("", new ToolCallItem("i1", "1", "a", "{}"), new ToolOutputItem("o1", "1", "first"), Say(MessageRole.User, "Again."),
            new ToolCallItem("i2", "1", "a", "{}"), new ToolOutputItem("o2", "1", "second")));
}
