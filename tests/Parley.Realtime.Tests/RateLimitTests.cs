using Parley.Conversation;

namespace Parley.Realtime.Tests;

public sealed class RateLimitTests
{
    [Fact]
    public void Without_limits_the_event_keeps_its_place_and_is_empty()
    {
        var call = new TestCall();
        call.Send("""{"type":"response.create"}""");
        Assert.Equal(["session.created", "response.created", "rate_limits.updated"], call.Types);
        Assert.Equal(0, call.Single("rate_limits.updated").Get("rate_limits").GetArrayLength());
    }

    [Fact]
    [Shows(ApiPart.ServerEvent, "rate_limits.updated")]
    public void The_callers_limits_are_told_at_the_start_of_each_response_and_its_tokens_counted_at_the_end()
    {
        var limits = new Limits();
        var call = new TestCall(TestCall.Config with { RateLimits = limits });
        call.Send("""{"type":"response.create","response":{"output_modalities":["text"]}}""");
        var updated = call.Single("rate_limits.updated");
        Assert.Equal(("requests", "1000", "999", "60"), (updated["rate_limits.0.name"], updated["rate_limits.0.limit"], updated["rate_limits.0.remaining"], updated["rate_limits.0.reset_seconds"]));
        Assert.Equal(("tokens", "50000", "50000", "0.5"), (updated["rate_limits.1.name"], updated["rate_limits.1.limit"], updated["rate_limits.1.remaining"], updated["rate_limits.1.reset_seconds"]));
        call.Reply(call.Requests.Single().ResponseId, new ReplyCompleted(new ReplyUsage(40, 10)));
        call.Send("""{"type":"response.create"}""");
        Assert.Equal(("998", "49950"), (call.Last("rate_limits.updated")["rate_limits.0.remaining"], call.Last("rate_limits.updated")["rate_limits.1.remaining"]));
    }

    private sealed class Limits : IRateLimits
    {
        private int _requests = 1000;
        private int _tokens = 50_000;

        public IReadOnlyList<RateLimit> HandleResponse() =>
            [new("requests", 1000, --_requests, TimeSpan.FromMinutes(1)), new("tokens", 50_000, _tokens, TimeSpan.FromMilliseconds(500))];

        public void HandleUsage(int tokens) => _tokens -= tokens;
    }
}
