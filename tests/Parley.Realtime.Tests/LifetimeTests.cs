using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Tests;

public sealed class LifetimeTests
{
    [Fact]
    public void Nothing_is_heeded_before_the_channel_opens_and_the_first_event_is_session_created()
    {
        var call = new TestCall(opened: false);
        call.Send("""{"type":"response.create"}""");
        Assert.Empty(call.Events);
        call.Session.HandleOpened(call.Now);
        call.Session.HandleOpened(call.Now);
        call.Settle();
        Assert.Equal(["session.created"], call.Types);
    }

    [Fact]
    public void After_sixty_minutes_the_session_expires_and_the_call_is_closed()
    {
        var call = new TestCall();
        call.Send("""{"type":"response.create"}""");
        call.Session.HandleTimeout(Instant.FromMilliseconds(3_300_000));
        Assert.Equal(new Deadline(Instant.FromMilliseconds(3_600_000), "session.Expiry"), call.Session.NextDeadline);
        call.Session.HandleTimeout(Instant.FromMilliseconds(3_599_999));
        Assert.False(call.Session.IsClosed);
        call.Session.HandleTimeout(Instant.FromMilliseconds(3_600_000));
        call.Settle();
        Assert.Equal(["response.done", "error"], call.Types.TakeLast(2));
        Assert.Equal("session_expired", call.Single("error")["error.code"]);
        Assert.Equal("Your session hit the maximum duration of 60 minutes.", call.Single("error")["error.message"]);
        Assert.Equal(new CloseCall(CloseReason.SessionExpired), call.Commands[^1].Command);
        Assert.True(call.Session.NextDeadline.IsNone);
    }

    [Fact]
    public void A_session_that_the_server_ends_tells_the_client_why_and_the_call_is_closed()
    {
        var call = new TestCall();
        call.Send("""{"type":"response.create"}""");
        call.Session.End(new RealtimeError("insufficient_quota", "insufficient_quota", "No minutes are left today."), call.Now);
        call.Settle();
        Assert.Equal(["response.done", "error"], call.Types.TakeLast(2));
        Assert.Equal("insufficient_quota", call.Single("error")["error.code"]);
        Assert.Equal(new CloseCall(CloseReason.LimitReached), call.Commands[^1].Command);
        Assert.True(call.Session.IsClosed);
    }

    [Fact]
    public void A_client_is_told_that_the_server_goes_away_and_may_go_on_until_then()
    {
        var call = new TestCall();
        call.Session.HandleDraining(Instant.FromMilliseconds(90_000), call.Now);
        call.Settle();
        Assert.Equal("90", call.Single("parley.draining")["seconds_left"]);
        Assert.False(call.Session.IsClosed);
        call.Send("""{"type":"response.create"}""");
        Assert.Contains("response.created", call.Types);
    }

    [Fact]
    public void A_client_that_comes_while_the_server_goes_away_is_told_after_its_greeting_how_long_is_left()
    {
        var call = new TestCall(opened: false);
        call.Session.HandleDraining(Instant.FromMilliseconds(90_000), call.Now);
        call.Settle();
        Assert.Empty(call.Events);
        call.Session.HandleOpened(Instant.FromMilliseconds(30_000));
        call.Settle();
        Assert.Equal(["session.created", "parley.draining"], call.Types);
        Assert.Equal("60", call.Single("parley.draining")["seconds_left"]);
    }

    [Fact]
    public void Five_minutes_before_the_end_the_client_is_told()
    {
        var call = new TestCall();
        Assert.Equal(new Deadline(Instant.FromMilliseconds(3_300_000), "session.ExpiryWarning"), call.Session.NextDeadline);
        call.Session.HandleTimeout(Instant.FromMilliseconds(3_300_000));
        call.Settle();
        var warning = call.Single("parley.session.expiring");
        Assert.Equal(("300", "3600"), (warning["seconds_left"], warning["expires_at"]));
        Assert.StartsWith("event_", warning["event_id"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(null)]
    public void There_is_no_warning_where_there_is_no_time_for_it_or_none_is_wanted(int? minutes)
    {
        var call = new TestCall(minutes is { } duration
            ? TestCall.Config with { MaxDuration = TimeSpan.FromMinutes(duration) }
            : TestCall.Config with { ExpiryWarning = null });
        Assert.Equal("session.Expiry", call.Session.NextDeadline.Reason);
    }

    [Fact]
    public void Closing_stops_all_work_and_says_nothing_more()
    {
        var call = new TestCall { Recognize = _ => null };
        call.User.Says("hello", from: 1, to: 2);
        call.Send("""{"type":"response.create"}""");
        var id = call.Requests.Single().ResponseId;
        call.Reply(id, new ReplyAudio(new short[48_000]));
        call.Playout(id, PlayoutUpdate.Started);
        call.Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"interrupt_response":false}}}}}""");
        call.Run(1.5);
        var (events, commands) = (call.Events.Count, call.Commands.Count);

        call.Session.Close(call.Now);
        call.Run(4);
        call.Send("""{"type":"response.create"}""");
        Assert.False(call.Session.HandleReply(id, new ReplyText("x"), call.Now));
        Assert.Equal(events, call.Events.Count);
        Assert.Equal([typeof(CancelReply), typeof(ClearPlayout), typeof(DiscardUtterance)], call.Commands.Skip(commands).Select(entry => entry.Command.GetType()));
        Assert.True(call.Session.Anomalies[SessionAnomaly.OutsideLifetime] > 0);
    }

    [Fact]
    public void After_a_long_silence_the_model_speaks_when_the_client_asked_for_that()
    {
        var call = new TestCall();
        call.Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"idle_timeout_ms":5000}}}}}""");
        call.User.Says("hello", from: 1, to: 2);
        call.Replies.Add(ScriptedReply.Says("hello"));
        call.Run(8.2);
        var stopped = call.Single("output_audio_buffer.stopped").At;
        Assert.Equal(5000, (call.Single("input_audio_buffer.timeout_triggered").At - stopped).TotalMilliseconds, 20.0);
        Assert.Equal(
            ["input_audio_buffer.timeout_triggered", "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done", "response.created"],
            call.Types.SkipWhile(type => type != "input_audio_buffer.timeout_triggered").Take(5));
        Assert.Equal(2, call.Requests.Count());
    }
}
