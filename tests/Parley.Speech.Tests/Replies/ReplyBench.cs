using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Parley.Conversation;
using Parley.Simulation;

namespace Parley.Speech.Tests.Replies;

/// <summary>A pipeline over scripted models, on one thread and virtual time.</summary>
internal sealed class ReplyBench
{
    public ReplyBench(params ChatStep[][] scripts)
    {
        Chat = new ScriptedChat(Time, scripts);
        Voice = new ScriptedVoice(Time);
    }

    public FakeTimeProvider Time { get; } = new();

    public ModelPump Pump { get; } = new();

    public ScriptedChat Chat { get; }

    public ScriptedVoice Voice { get; set; }

    public List<AIFunction> Tools { get; } = [];

    public ReplyPipelineConfig Config { get; set; } = ReplyPipelineConfig.Default;

    public CancellationTokenSource Cancellation { get; } = new();

    public List<ReplyEvent> Events { get; } = [];

    public string Text => string.Concat(Events.OfType<ReplyText>().Select(text => text.Delta));

    public long Samples => Events.OfType<ReplyAudio>().Sum(audio => (long)audio.Samples.Length);

    /// <summary>What the audio says; each character is 50 ms of its code.</summary>
    public string Heard
    {
        get
        {
            var all = Events.OfType<ReplyAudio>().SelectMany(audio => audio.Samples.ToArray()).ToArray();
            return new string([.. all.Chunk(ScriptedVoice.SamplesPerCharacter).Select(chunk => (char)chunk[0])]);
        }
    }

    public static ReplyRequest Ask(string words) =>
        new("resp_1", [new MessageItem("item_1", MessageRole.User, [new ContentPart(ContentKind.Audio, words)])]);

    /// <summary>Starts the reply; it comes to rest when it is done or waits for time.</summary>
    public Task<bool> Start(ReplyRequest request, Action<ReplyEvent>? onEvent = null)
    {
        var pipeline = new ReplyPipeline(new ModelSet(null!, Chat, Voice, Tools), Time, Config);
        return Pump.Start(async () =>
        {
            await foreach (var reply in pipeline.RunAsync(request, Cancellation.Token))
            {
                Events.Add(reply);
                onEvent?.Invoke(reply);
            }
            return true;
        });
    }

    public ReplyEvent Run(ReplyRequest request)
    {
        var task = Start(request);
        Assert.True(task.IsCompleted, "the reply came to rest before it was done");
        Assert.True(task.GetAwaiter().GetResult());
        Assert.Equal(0, Chat.Open);
        Assert.Equal(0, Voice.Open);
        return Events[^1];
    }

    public void Advance(TimeSpan span)
    {
        Time.Advance(span);
        Pump.RunUntilQuiescent();
    }
}
