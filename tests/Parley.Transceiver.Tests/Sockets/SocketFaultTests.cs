using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Parley.Conversation;
using Parley.Realtime;
using Parley.Realtime.Settings;
using Parley.Speech;
using Parley.Transceiver.Audience;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver.Tests.Sockets;

/// <summary>Clients, networks and models that misbehave: each brings the right event or close within its deadline, and nothing stays behind.</summary>
public sealed class SocketFaultTests
{
    private static readonly SocketLimits Limits = SocketLimits.Default;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void A_connection_that_breaks_ends_the_call_and_frees_everything()
    {
        using var stage = NewStage(1);
        var client = stage.OpenSocket();
        client.Send("""{"type":"response.create"}""");
        stage.RunFor(Moment);
        client.Break();
        stage.RunFor(Moment);
        AssertEnded(stage, CallCloseReason.ConnectionLost);
    }

    [Fact]
    public void A_connection_that_breaks_in_the_middle_of_a_message_ends_the_call()
    {
        using var stage = NewStage(2);
        var client = stage.OpenSocket();
        client.Send("{\"type\":"u8.ToArray(), endOfMessage: false);
        stage.RunFor(Moment);
        client.Break();
        stage.RunFor(Moment);
        AssertEnded(stage, CallCloseReason.ConnectionLost);
    }

    [Fact]
    public void A_message_that_is_begun_and_not_ended_ends_the_call_in_time()
    {
        using var stage = NewStage(3);
        var client = stage.OpenSocket();
        client.Send("{\"type\":"u8.ToArray(), endOfMessage: false);
        stage.RunFor(Limits.MessageTimeout - TimeSpan.FromSeconds(1));
        Assert.Equal(1, stage.Sockets.Count);
        stage.RunFor(TimeSpan.FromSeconds(1) + Limits.CloseTimeout);
        Assert.True(client.IsAborted);
        AssertEnded(stage, CallCloseReason.MessageRefused);
    }

    [Fact]
    public void A_message_longer_than_any_event_is_refused_with_an_error_and_1009()
    {
        using var stage = NewStage(4);
        var client = stage.OpenSocket();
        client.Send(new byte[RealtimeSession.MaxClientEventLength(AudioPath.Events) + 2]);
        stage.RunFor(Moment);
        Assert.Equal("message_too_large", client.Last("error").String("error", "code"));
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, client.Closed?.Status);
        AssertEnded(stage, CallCloseReason.MessageRefused);
    }

    [Fact]
    public void Long_messages_of_all_clients_together_have_bounded_memory_and_one_too_many_is_told_to_try_later()
    {
        using var stage = NewStage(5, config: Config(Limits with { MaxMessageBytes = 3 * 1024 * 1024 }));
        var holds = stage.OpenSocket();
        holds.Send(new byte[1024 * 1024], endOfMessage: false);
        stage.RunFor(Moment);
        var late = stage.OpenSocket();
        late.Send(new byte[3 * 1024 * 1024], endOfMessage: false);
        stage.RunFor(Moment);
        Assert.Equal(1013, (int?)late.Closed?.Status);
        holds.Break();
        stage.RunFor(Moment);
        var next = stage.OpenSocket();
        next.Send(new byte[1024 * 1024]);
        stage.RunFor(Moment);
        Assert.Equal("invalid_json", next.Last("error").String("error", "code"));
    }

    [Fact]
    public void A_client_that_stops_reading_is_cut_off_when_it_has_taken_nothing_for_too_long()
    {
        using var stage = NewStage(6);
        var client = stage.OpenSocket();
        stage.RunFor(Moment);
        client.IsStalled = true;
        client.Send("""{"type":"response.create"}""");
        stage.RunFor(Limits.SendTimeout - TimeSpan.FromSeconds(1));
        Assert.Equal(1, stage.Sockets.Count);
        stage.RunFor(TimeSpan.FromSeconds(1) + Limits.CloseTimeout);
        Assert.True(client.IsAborted);
        AssertEnded(stage, CallCloseReason.ClientTooSlow);
    }

    [Fact]
    public void A_client_that_reads_on_after_all_gets_the_error_and_the_close_in_the_place_of_what_it_missed()
    {
        using var stage = NewStage(7);
        var client = stage.OpenSocket();
        stage.RunFor(Moment);
        client.IsStalled = true;
        client.Send("""{"type":"response.create"}""");
        stage.RunFor(Limits.SendTimeout + TimeSpan.FromSeconds(1));
        client.IsStalled = false;
        stage.RunFor(Moment);
        Assert.Equal("client_too_slow", client.Events[^1].String("error", "code"));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, client.Closed?.Status);
        Assert.False(client.Has("response.done"));
        AssertEnded(stage, CallCloseReason.ClientTooSlow);
    }

    [Fact]
    public void What_waits_for_a_slow_client_is_bounded_whatever_the_models_bring()
    {
        // Five replies beside the conversation, each of which may be a minute of audio ahead: 19 MB as base64.
        using var stage = NewStage(8, words: 1000);
        var client = stage.OpenSocket();
        stage.RunFor(Moment);
        client.IsStalled = true;
        for (var i = 0; i < 5; i++) client.Send("""{"type":"response.create","response":{"conversation":"none","input":[]}}""");
        stage.RunFor(TimeSpan.FromSeconds(1));
        client.IsStalled = false;
        stage.RunFor(Moment);
        Assert.Equal("client_too_slow", client.Events[^1].String("error", "code"));
        AssertEnded(stage, CallCloseReason.ClientTooSlow);
    }

    [Fact]
    public void A_reply_runs_a_minute_ahead_of_its_client_and_no_further()
    {
        // Five minutes.
        var voice = new ToneSynthesizer();
        using var stage = new Stage(9, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => Words(1000)), voice));
        var client = stage.OpenSocket();
        stage.RunFor(Moment);
        client.IsStalled = true;
        client.Send("""{"type":"response.create"}""");
        stage.RunFor(TimeSpan.FromSeconds(10));
        Assert.InRange(voice.Said.Count / 24_000.0, 59, 80);
        client.IsStalled = false;
        stage.RunUntil(() => client.Has("response.done"), TimeSpan.FromSeconds(10), "the reply");
        Assert.Equal(300, voice.Said.Count / 24_000.0, 1);
        Assert.Equal(1, stage.Sockets.Count);
    }

    [Fact]
    public void A_client_that_asks_faster_than_it_listens_is_not_read_until_it_listens()
    {
        using var stage = NewStage(10);
        var client = stage.OpenSocket();
        var text = new string('x', 200_000);
        client.Send($$$"""{"type":"conversation.item.create","item":{"id":"long","type":"message","role":"user","content":[{"type":"input_text","text":"{{{text}}}"}]}}""");
        stage.RunFor(Moment);
        client.IsStalled = true;
        for (var i = 0; i < 100; i++) client.Send("""{"type":"conversation.item.retrieve","item_id":"long"}""");
        stage.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(1, stage.Sockets.Count);
        client.IsStalled = false;
        stage.RunFor(Moment);
        Assert.Equal(100, client.Count("conversation.item.retrieved"));
    }

    [Fact]
    public void A_session_that_expires_says_so_and_closes_with_1001()
    {
        using var stage = NewStage(11);
        var client = stage.OpenSocket();
        stage.RunFor(TimeSpan.FromMinutes(61));
        Assert.Equal("session_expired", client.Last("error").String("error", "code"));
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.Closed?.Status);
        AssertEnded(stage, CallCloseReason.SessionExpired);
    }

    [Fact]
    public void A_client_that_does_not_answer_the_close_frame_is_cut_off()
    {
        using var stage = NewStage(12);
        var client = stage.OpenSocket(socket: new ScriptedSocket { AnswersClose = false });
        stage.RunFor(Moment);
        stage.Sockets.CloseAll(CallCloseReason.ShuttingDown);
        stage.RunFor(Moment);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.Closed?.Status);
        Assert.False(stage.Running[0].IsCompleted);
        stage.RunFor(Limits.CloseTimeout);
        Assert.True(client.IsAborted);
        AssertEnded(stage, CallCloseReason.ShuttingDown);
    }

    [Fact]
    public void A_recogniser_that_hangs_fails_its_transcription_and_the_session_lives_on()
    {
        using var stage = new Stage(13, new ModelSet(new HangingRecognizer(), new ScriptedChat(_ => "Yes."), new ToneSynthesizer(), []));
        var client = stage.OpenSocket(Manual with { Transcription = new TranscriptionSettings(null, null, null) });
        client.Send(Append(48_000));
        client.Send("""{"type":"input_audio_buffer.commit"}""");
        stage.RunUntil(() => client.Has("conversation.item.input_audio_transcription.failed"), TimeSpan.FromSeconds(16), "the failure");
        AssertLives(stage, client);
    }

    [Theory]
    [InlineData(ChatFault.Hangs)]
    [InlineData(ChatFault.Throws)]
    [InlineData(ChatFault.SaysNothing)]
    public void A_chat_model_that_misbehaves_ends_its_response_and_the_session_lives_on(ChatFault fault)
    {
        using var stage = new Stage(14, new ModelSet(new ScriptedRecognizer("?"), new FaultyChat(fault), new ToneSynthesizer(), []));
        var client = stage.OpenSocket();
        client.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => client.Has("response.done"), TimeSpan.FromSeconds(31), "the end of the response");
        Assert.Equal(fault == ChatFault.SaysNothing ? "completed" : "failed", client.Last("response.done").String("response", "status"));
        AssertLives(stage, client);
    }

    [Fact]
    public void A_fault_of_ours_ends_one_call_with_1011_and_leaves_the_others_alone()
    {
        using var stage = NewStage(15);
        var (client, other) = (stage.OpenSocket(), stage.OpenSocket());
        stage.RunFor(Moment);
        // A sideband that nobody made: the call meets null where it expects one.
        Assert.True(stage.Sockets.TryFind(client.Last("session.created").String("session", "id")!, out var connection));
        ((ISidebandHost)connection).TryPost(null!);
        stage.RunFor(Moment);
        Assert.Equal(WebSocketCloseStatus.InternalServerError, client.Closed?.Status);
        Assert.Equal((1, 1L), (stage.Sockets.Count, stage.Ledger.FaultCount));
        AssertLives(stage, other);
    }

    private static SessionSettings Manual => SessionSettings.Default with { TurnDetection = null };

    private static Stage NewStage(ulong seed, int words = 3, TransceiverConfig? config = null) =>
        new(seed, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => Words(words))), config: config);

    private static TransceiverConfig Config(SocketLimits limits) => new() { Advertised = [Stage.ServerAddress.ToEndPoint()], Sockets = limits };

    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("word.", count));

    private static string Append(int bytes) => $$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(new byte[bytes])}}"}""";

    private static void AssertEnded(Stage stage, CallCloseReason reason)
    {
        Assert.Equal(reason, Assert.Single(stage.Observer.Closed.Distinct()));
        Assert.Equal((0, 0, 0L), (stage.Directory.Count, stage.Sockets.Count, stage.Ledger.FaultCount));
        Assert.All(stage.Running, task => Assert.True(task.IsCompletedSuccessfully));
    }

    private static void AssertLives(Stage stage, ScriptedSocket client)
    {
        client.Send("""{"type":"input_audio_buffer.clear"}""");
        stage.RunFor(Moment);
        Assert.True(client.Has("input_audio_buffer.cleared"));
    }

    public enum ChatFault { Hangs, Throws, SaysNothing }

    private sealed class HangingRecognizer : IRecognizer
    {
        public async IAsyncEnumerable<TranscriptUpdate> RecognizeAsync(
            IAsyncEnumerable<ReadOnlyMemory<short>> utterance, RecognitionOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            yield break;
        }
    }

    private sealed class FaultyChat(ChatFault fault) : IChatClient
    {
        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (fault == ChatFault.Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            if (fault == ChatFault.Throws) throw new FormatException("garbage");
            yield break;
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
