using System.Net.WebSockets;
using Parley.Net;
using Parley.Simulation;
using Parley.Transceiver.Audience;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver.Tests.Audience;

/// <summary>Sidebands of calls over WebRTC, on virtual time.</summary>
public sealed class SidebandTests
{
    private const string Note = """{"type":"conversation.item.create","item":{"id":"note","type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}""";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void A_sideband_of_a_running_call_is_greeted_and_sees_what_the_client_sees()
    {
        using var stage = NewStage(1);
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Limit, "the session");
        var sideband = stage.Attach(HostOf(stage));
        stage.RunFor(Moment);
        Assert.Equal(caller.Last("session.created").String("session", "id"), sideband.Last("session.created").String("session", "id"));
        caller.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), Limit, "the reply");
        stage.RunFor(Moment);
        Assert.Equal(caller.Events.Skip(1).Select(e => e.Json), sideband.Events.Skip(1).Select(e => e.Json));
    }

    [Fact]
    public void A_sideband_may_come_before_its_client_and_what_it_wants_waits_until_the_session_begins()
    {
        using var stage = NewStage(2);
        var caller = stage.MakeCaller();
        var entry = stage.Answer(caller.Machine.OfferSdp);
        var sideband = stage.Attach(new CallSidebandHost(entry, new MonotonicClock(stage.Time)));
        sideband.Send("""{"type":"session.update","session":{"type":"realtime","instructions":"Be brief."}}""");
        sideband.Send("""{"type":"response.create"}""");
        stage.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(["session.created"], sideband.Events.Select(e => e.Type));
        caller.Accept(entry.Call.AnswerSdp);
        stage.RunUntil(() => caller.Has("response.done"), Limit, "the reply");
        Assert.Equal(["session.created", "session.updated", "response.created"], caller.Events.Take(3).Select(e => e.Type));
        Assert.Equal(caller.Events.Select(e => e.Type), sideband.Events.Select(e => e.Type));
    }

    [Fact]
    public void The_mistakes_of_each_are_told_to_each_alone()
    {
        using var stage = NewStage(3);
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Limit, "the session");
        var (first, second) = (stage.Attach(HostOf(stage)), stage.Attach(HostOf(stage)));
        stage.RunFor(Moment);
        first.Send("""{"type":"no.such.event","event_id":"first"}""");
        caller.Send("""{"type":"no.such.event","event_id":"caller"}""");
        stage.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.Equal("first", first.Last("error").String("error", "event_id"));
        Assert.Equal("caller", caller.Last("error").String("error", "event_id"));
        Assert.Equal((1, 0, 1), (first.Count("error"), second.Count("error"), caller.Count("error")));
        second.Send(Note);
        stage.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.All([first.Has("conversation.item.done"), second.Has("conversation.item.done"), caller.Has("conversation.item.done")], Assert.True);
    }

    [Fact]
    public void A_sideband_that_does_not_read_is_dropped_alone_and_delays_nobody()
    {
        using var stage = NewStage(4);
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Limit, "the session");
        var (slow, quick) = (stage.Attach(HostOf(stage)), stage.Attach(HostOf(stage)));
        stage.RunFor(Moment);
        slow.IsStalled = true;
        var text = new string('x', 200_000);
        quick.Send($$$"""{"type":"conversation.item.create","item":{"id":"long","type":"message","role":"user","content":[{"type":"input_text","text":"{{{text}}}"}]}}""");
        for (var i = 0; i < 60; i++) quick.Send("""{"type":"conversation.item.retrieve","item_id":"long"}""");
        stage.RunFor(TimeSpan.FromSeconds(20));
        Assert.Equal(60, quick.Count("conversation.item.retrieved"));
        Assert.Equal(60, caller.Count("conversation.item.retrieved"));
        stage.RunUntil(() => slow.IsAborted, TimeSpan.FromSeconds(20), "the end of the slow sideband");
        Assert.Equal(1, stage.Directory.Count);
        quick.Send(Note);
        stage.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.True(caller.Has("conversation.item.done"));
    }

    [Fact]
    public void Sidebands_are_closed_when_the_call_ends_and_after_it_nobody_attaches()
    {
        using var stage = NewStage(5);
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Limit, "the session");
        var host = HostOf(stage);
        var sideband = stage.Attach(host);
        stage.RunFor(Moment);
        caller.HangUp();
        stage.RunUntil(() => stage.Directory.Count == 0, Limit, "the end of the call");
        stage.RunFor(Moment);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, sideband.Closed?.Status);
        var late = stage.Attach(host);
        stage.RunFor(Moment);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, late.Closed?.Status);
        Assert.All(stage.Running, task => Assert.True(task.IsCompletedSuccessfully));
    }

    [Fact]
    public void A_sideband_that_leaves_or_vanishes_is_forgotten_and_the_call_goes_on()
    {
        using var stage = NewStage(6);
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Limit, "the session");
        var (leaves, vanishes) = (stage.Attach(HostOf(stage)), stage.Attach(HostOf(stage)));
        stage.RunFor(Moment);
        leaves.SendClose();
        vanishes.Break();
        stage.RunFor(Moment);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, leaves.Closed?.Status);
        Assert.All(stage.Running, task => Assert.True(task.IsCompletedSuccessfully));
        caller.Send(Note);
        stage.RunUntil(() => caller.Has("conversation.item.done"), Limit, "the item");
        Assert.Single(leaves.Events);
    }

    [Fact]
    public void An_echo_has_nothing_to_listen_to()
    {
        using var stage = new Stage(7, models: null);
        var caller = stage.MakeCaller();
        var entry = stage.Answer(caller.Machine.OfferSdp);
        var sideband = stage.Attach(new CallSidebandHost(entry, new MonotonicClock(stage.Time)));
        stage.RunFor(Moment);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, sideband.Closed?.Status);
    }

    private static CallSidebandHost HostOf(Stage stage) => new(stage.Directory.Entries.Single(), new MonotonicClock(stage.Time));

    private static Stage NewStage(ulong seed) => new(seed, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "It is noon.")));
}
