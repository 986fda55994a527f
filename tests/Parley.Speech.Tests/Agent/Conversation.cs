using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Parley.Conversation;
using Parley.Simulation;
using Parley.Speech.Embedded;
using Parley.Speech.Embedded.Agent;
using Parley.Speech.Tests.Replies;

namespace Parley.Speech.Tests.Agent;

/// <summary>A talk with the embedded agent through the real pipeline: what was said before is the history of what comes next.</summary>
internal sealed class Conversation
{
    private readonly List<ConversationItem> _history = [];

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 15, 14, 0, TimeSpan.Zero));

    public ModelPump Pump { get; } = new();

    public List<ReplyEvent> LastEvents { get; private set; } = [];

    public bool HasTools { get; init; } = true;

    /// <summary>The user says something; gives the answer, of which <paramref name="heard"/> characters enter the history.</summary>
    public string Say(string? words, int heard = int.MaxValue)
    {
        var reply = Start(words);
        Assert.True(reply.IsCompletedSuccessfully, "the agent did not finish");
        return Hear(heard);
    }

    public Task<bool> Start(string? words)
    {
        _history.Add(new MessageItem("item", MessageRole.User, [new ContentPart(ContentKind.Audio, words)]));
        var voice = new ScriptedVoice(Time);
        var pipeline = new ReplyPipeline(new ModelSet(null!, new EmbeddedChatClient(), voice, HasTools ? EmbeddedTools.Create(Time) : []), Time);
        LastEvents = [];
        return Pump.Start(async () =>
        {
            await foreach (var reply in pipeline.RunAsync(new ReplyRequest("resp", [.. _history]) { IsSpoken = false })) LastEvents.Add(reply);
            return true;
        });
    }

    public string Hear(int heard = int.MaxValue)
    {
        Assert.IsType<ReplyCompleted>(LastEvents[^1]);
        var text = string.Concat(LastEvents.OfType<ReplyText>().Select(delta => delta.Delta));
        if (heard > 0) _history.Add(new MessageItem("item", MessageRole.Assistant, [new ContentPart(ContentKind.Audio, text[..Math.Min(heard, text.Length)])]));
        return text;
    }

    public void Advance(TimeSpan span)
    {
        Time.Advance(span);
        Pump.RunUntilQuiescent();
    }
}
