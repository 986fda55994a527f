using System.Text.Json;
using OpenAI.Realtime;

namespace Parley.EndToEnd.Tests.RealClients;

#pragma warning disable OPENAI002 // The package marks all of its realtime client as experimental.

/// <summary>The conversation of <c>clients/conversation.mjs</c> by the <c>OpenAI</c> package: by voice, with a tool call and an interruption, and in writing.</summary>
internal sealed class DotNetConversation(RealtimeSessionClient session, UpdateLog log, IVoice voice)
{
    private const string FunctionName = "get_time";

    private readonly List<string> _zones = [];

    /// <summary>The client's function, and the user's words in writing.</summary>
    public Task ConfigureAsync() => session.ConfigureConversationSessionAsync(
        new RealtimeConversationSessionOptions
        {
            Tools =
            {
                new RealtimeFunctionTool(FunctionName)
                {
                    FunctionDescription = "Tells the time.",
                    FunctionParameters = BinaryData.FromString("""{"type":"object","properties":{"zone":{"type":"string"}},"required":["zone"]}"""),
                },
            },
            AudioOptions = new RealtimeConversationSessionAudioOptions
            {
                InputAudioOptions = new RealtimeConversationSessionInputAudioOptions
                {
                    AudioTranscriptionOptions = new RealtimeAudioTranscriptionOptions { Model = "whisper-1" },
                },
            },
        },
        TestContext.Current.CancellationToken);

    /// <summary>Reads updates until the connection ends; runs the function when a response asks for it.</summary>
    public async Task ReadAsync(Func<RealtimeServerUpdate, Task> heed, CancellationToken cancellation)
    {
        await foreach (var update in session.ReceiveUpdatesAsync(cancellation))
        {
            await heed(update);
            if (update is RealtimeServerUpdateResponseDone done) await RunFunctionsAsync(done.Response, cancellation);
            log.Add(update);
        }
    }

    public async Task HoldAsync()
    {
        var asked = log.Mark;
        Assert.Equal("What time is it?", await SayAsync("What time is it?"));
        Assert.Equal("It is a quarter past seven.", await AnswerAsync(asked));
        Assert.Equal([ScriptedModel.Zone], _zones);

        var begun = log.Mark;
        Assert.Equal("Tell me a story.", await SayAsync("Tell me a story."));
        await voice.SoundBeganAsync(begun);
        var interrupted = log.Mark;
        Assert.Equal("Count to ten.", await SayAsync("Count to ten."));
        var cut = await log.AfterAsync<RealtimeServerUpdateResponseDone>(interrupted, done => done.Response.Status == RealtimeResponseStatus.Cancelled);
        Assert.Equal("turn_detected", cut.Response.StatusDetails.Reason.ToString());
        var truncated = await log.AfterAsync<RealtimeServerUpdateConversationItemTruncated>(interrupted);
        Assert.True(truncated.AudioEndTime > TimeSpan.Zero, "Nothing of the story was heard.");
        Assert.Equal("You said: Count to ten.", await AnswerAsync(interrupted));

        var typed = log.Mark;
        await session.AddItemAsync(RealtimeItem.CreateUserMessageItem("How are you?"), TestContext.Current.CancellationToken);
        await session.StartResponseAsync(TestContext.Current.CancellationToken);
        Assert.Equal("You said: How are you?", await AnswerAsync(typed));
    }

    private async Task<string> SayAsync(string words)
    {
        var mark = log.Mark;
        await voice.SayAsync(words);
        return (await log.AfterAsync<RealtimeServerUpdateConversationItemInputAudioTranscriptionCompleted>(mark)).Transcript;
    }

    /// <summary>The words of the next whole answer, when it was played.</summary>
    private async Task<string> AnswerAsync(int mark)
    {
        var done = await log.AfterAsync<RealtimeServerUpdateResponseDone>(
            mark, done => done.Response.Status == RealtimeResponseStatus.Completed && WordsOf(done.Response).Length > 0);
        await voice.PlayedAsync(done.Response.Id);
        return WordsOf(done.Response);
    }

    private async Task RunFunctionsAsync(RealtimeResponse response, CancellationToken cancellation)
    {
        var calls = response.OutputItems.OfType<RealtimeFunctionCallItem>().ToList();
        foreach (var call in calls)
        {
            Assert.Equal(FunctionName, call.FunctionName);
            using var arguments = JsonDocument.Parse(call.FunctionArguments);
            _zones.Add(arguments.RootElement.GetProperty("zone").GetString()!);
            await session.AddItemAsync(RealtimeItem.CreateFunctionCallOutputItem(call.CallId, "a quarter past seven"), cancellation);
        }
        if (calls.Count > 0) await session.StartResponseAsync(cancellation);
    }

    private static string WordsOf(RealtimeResponse response) => string.Join(
        ' ', response.OutputItems.OfType<RealtimeMessageItem>().SelectMany(item => item.Content).OfType<RealtimeOutputAudioMessageContentPart>().Select(part => part.Transcript));
}
