using Parley.Realtime;
using Parley.Simulation;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests.Resuming;

/// <summary>Sessions that outlive their connections, on virtual time and both transports.</summary>
public sealed class ResumeTests
{
    private const string Note = """{"type":"conversation.item.create","item":{"id":"note","type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}""";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>That of the test would bring the thread pool into a run that is to stay on one thread.</summary>
    private static readonly CancellationToken NoCancellation = CancellationToken.None;

    [Fact]
    public void A_call_whose_client_vanished_goes_on_over_WebRTC()
    {
        using var stage = NewStage(1);
        var lost = LoseCall(stage, out var sessionId);
        stage.RunUntil(() => stage.Directory.Count == 0, Limit, "the end of the call");
        Assert.Equal([CallCloseReason.ConsentExpired], stage.Observer.Closed);
        var snapshot = Take(stage, sessionId, "owner")!;
        var caller = stage.MakeCaller();
        caller.Accept(stage.Answer(caller.Machine.OfferSdp, owner: "owner", resumed: snapshot).Call.AnswerSdp);
        stage.RunUntil(() => caller.Has("session.created"), Limit, "the session");
        Assert.Equal(lost.Last("session.created").String("session", "id"), caller.Last("session.created").String("session", "id"));
        caller.Send("""{"type":"conversation.item.retrieve","item_id":"note"}""");
        stage.RunUntil(() => caller.Has("conversation.item.retrieved"), Limit, "the item");
    }

    [Fact]
    public void A_session_changes_from_WebRTC_to_a_WebSocket_and_back()
    {
        using var stage = NewStage(2);
        LoseCall(stage, out var sessionId);
        stage.RunUntil(() => stage.Directory.Count == 0, Limit, "the end of the call");
        var client = stage.OpenSocket(owner: "owner", resumed: Take(stage, sessionId, "owner"));
        client.Send("""{"type":"conversation.item.retrieve","item_id":"note"}""");
        stage.RunUntil(() => client.Has("conversation.item.retrieved"), Limit, "the item");
        client.Break();
        stage.RunFor(TimeSpan.FromMilliseconds(1));
        var caller = stage.MakeCaller();
        caller.Accept(stage.Answer(caller.Machine.OfferSdp, owner: "owner", resumed: Take(stage, sessionId, "owner")).Call.AnswerSdp);
        stage.RunUntil(() => caller.Has("session.created"), Limit, "the session");
        caller.Send("""{"type":"conversation.item.retrieve","item_id":"note"}""");
        stage.RunUntil(() => caller.Has("conversation.item.retrieved"), Limit, "the item");
    }

    [Fact]
    public async Task A_call_that_nobody_knows_to_be_lost_is_ended_and_taken_over()
    {
        using var stage = NewStage(3);
        LoseCall(stage, out var sessionId);
        var taken = StartTaking(stage, sessionId, NoCancellation);
        stage.RunUntil(() => taken.IsCompleted, TimeSpan.FromSeconds(2), "the takeover");
        Assert.Equal("note", Assert.Single((await taken)!.Items).Id);
        Assert.Equal([CallCloseReason.TakenOver], stage.Observer.Closed);
        Assert.Equal(0, stage.Store.Count);
    }

    [Fact]
    public async Task Two_who_resume_the_same_session_at_a_time_do_not_both_get_it()
    {
        using var stage = NewStage(4);
        LoseCall(stage, out var sessionId);
        var (first, second) = (StartTaking(stage, sessionId, NoCancellation), StartTaking(stage, sessionId, NoCancellation));
        stage.RunUntil(() => first.IsCompleted && second.IsCompleted, TimeSpan.FromSeconds(2), "the takeover");
        Assert.Single([await first, await second], session => session is not null);
    }

    [Fact]
    public void One_who_goes_away_while_taking_over_can_come_back()
    {
        using var stage = NewStage(5);
        LoseCall(stage, out var sessionId);
        using var gone = new CancellationTokenSource();
        var first = StartTaking(stage, sessionId, gone.Token);
        stage.Pump.Run(gone.Cancel);
        stage.RunFor(TimeSpan.FromSeconds(2));
        Assert.True(first.IsCanceled);
        Assert.NotNull(Take(stage, sessionId, "owner"));
    }

    [Fact]
    public void A_session_is_its_owners_alone_and_only_for_a_time()
    {
        using var stage = NewStage(6);
        LoseCall(stage, out var sessionId);
        Assert.Null(Take(stage, sessionId, "somebody else"));
        stage.RunUntil(() => stage.Directory.Count == 0, Limit, "the end of the call");
        Assert.Null(Take(stage, sessionId, "somebody else"));
        Assert.Equal(1, stage.Store.Count);
        stage.RunFor(Stage.ResumeTime);
        Assert.Equal(0, stage.Store.Count);
        Assert.Null(Take(stage, sessionId, "owner"));
    }

    [Fact]
    public void A_call_that_was_hung_up_is_not_kept()
    {
        using var stage = NewStage(7);
        var caller = Begin(stage, out var sessionId);
        caller.HangUp();
        stage.RunUntil(() => stage.Directory.Count == 0, Limit, "the end of the call");
        Assert.Equal(0, stage.Store.Count);
        Assert.Null(Take(stage, sessionId, "owner"));
    }

    private static SimulatedCaller LoseCall(Stage stage, out string sessionId)
    {
        var caller = Begin(stage, out sessionId);
        caller.IsAlive = false;
        return caller;
    }

    private static SimulatedCaller Begin(Stage stage, out string sessionId)
    {
        var caller = stage.MakeCaller();
        caller.Accept(stage.Answer(caller.Machine.OfferSdp, owner: "owner").Call.AnswerSdp);
        stage.RunUntil(() => caller.Has("session.created"), Limit, "the session");
        sessionId = caller.Last("session.created").String("session", "id")!;
        caller.Send(Note);
        stage.RunUntil(() => caller.Has("conversation.item.done"), Limit, "the item");
        return caller;
    }

    private static Task<SessionSnapshot?> StartTaking(Stage stage, string sessionId, CancellationToken cancellationToken) =>
        stage.Pump.Start(() => stage.Directory.Sessions!.TakeAsync(sessionId, "owner", cancellationToken));

    private static SessionSnapshot? Take(Stage stage, string sessionId, string owner) =>
        stage.Pump.Complete(() => stage.Directory.Sessions!.TakeAsync(sessionId, owner, TestContext.Current.CancellationToken), "resuming");

    private static Stage NewStage(ulong seed) => new(seed, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "It is noon.")));
}
