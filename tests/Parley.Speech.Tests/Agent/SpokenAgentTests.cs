using Microsoft.Extensions.Time.Testing;
using Parley.Conversation;
using Parley.Simulation;
using Parley.Speech.Embedded;
using Parley.Speech.Embedded.Agent;
using Parley.Speech.Tests.Replies;

namespace Parley.Speech.Tests.Agent;

/// <summary>flite's noise comes from one generator for the whole process: samples repeat only when nobody else speaks.</summary>
[CollectionDefinition(nameof(SpeaksAlone), DisableParallelization = true)]
public sealed class SpeaksAlone;

/// <summary>The embedded agent with the embedded voice, through the pipeline, on one thread.</summary>
[Collection(nameof(SpeaksAlone))]
public sealed class SpokenAgentTests
{
    private static List<ReplyEvent> Run(string words)
    {
        var time = new FakeTimeProvider();
        var pipeline = new ReplyPipeline(new ModelSet(null!, new EmbeddedChatClient(), new FliteSynthesizer(), EmbeddedTools.Create(time)), time);
        var events = new List<ReplyEvent>();
        new ModelPump().Complete(async () =>
        {
            await foreach (var reply in pipeline.RunAsync(ReplyBench.Ask(words))) events.Add(reply);
            return true;
        }, "the reply");
        return events;
    }

    [Fact]
    public void A_story_is_spoken_in_about_a_minute_with_a_mark_for_nearly_every_word()
    {
        var events = Run("Tell me a story.");
        var seconds = events.OfType<ReplyAudio>().Sum(audio => audio.Samples.Length) / 24_000.0;
        var marks = events.OfType<ReplyMark>().ToList();
        Assert.IsType<ReplyCompleted>(events[^1]);
        Assert.InRange(seconds, 40, 75);
        Assert.InRange(marks.Count, 130, 200);
        Assert.Equal(Repertoire.Stories[0].Length, marks[^1].TextLength);
    }

    [Fact]
    public void The_same_words_give_the_same_events_and_samples()
    {
        static IEnumerable<string> Print(List<ReplyEvent> events) => events.Select(reply =>
            reply is ReplyAudio audio ? $"{audio.Samples.Length} {audio.Samples.ToArray().Aggregate(17, (hash, sample) => hash * 31 + sample)}" : reply.ToString());
        Assert.Equal(Print(Run("Tell me a joke.")), Print(Run("Tell me a joke.")));
    }
}
