using System.Net;
using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests;

/// <summary>Who may do what, over HTTP: keys, tokens, limits; and what of it is logged.</summary>
public sealed class AccessTests
{
    private const string Web = "pk_web_0123456789abcdef", App = "pk_app_0123456789abcdef";

    [Fact]
    [Shows(ApiPart.Endpoint, "Error bodies {\"error\":{message,type,code,param}}")]
    public async Task Without_a_key_that_is_known_every_path_of_the_api_is_401_and_names_the_scheme()
    {
        await using var api = await StartAsync();
        foreach (var path in new[] { "calls", "calls/rtc_x", "calls/rtc_x/hangup", "calls/rtc_x/accept", "client_secrets", "sessions", "transcription_sessions" })
            foreach (var key in new[] { null, "pk_other", "ek_other" })
            {
                var answer = await api.PostAsync("/v1/realtime/" + path, "{}", key);
                Assert.Equal((path, HttpStatusCode.Unauthorized, "invalid_api_key"), (path, answer.Status, answer.Code));
                Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
            }
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/v1/models")).Status);
        var basic = await api.SendAsync(HttpMethod.Get, "/v1/models", null, null, null, headers => headers.Add("Authorization", "Basic cGs6"));
        Assert.Equal(HttpStatusCode.Unauthorized, basic.Status);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/models", Web)).Status);
    }

    [Fact]
    public async Task A_token_calls_but_makes_no_tokens_and_names_no_end_user()
    {
        await using var api = await StartAsync();
        var token = await TokenAsync(api, Web);
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(token)).Status);
        foreach (var path in new[] { "client_secrets", "sessions", "transcription_sessions", "calls/rtc_x/refer" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await api.PostAsync("/v1/realtime/" + path, "{}", token)).Status);
        var tooLong = await api.SendAsync(HttpMethod.Post, "/v1/realtime/client_secrets", "{}", Web, "application/json", headers => headers.Add("OpenAI-Safety-Identifier", new string('u', 513)));
        Assert.Equal((HttpStatusCode.BadRequest, "OpenAI-Safety-Identifier"), (tooLong.Status, tooLong.String("error", "param")));
    }

    [Fact]
    [Shows(ApiPart.Endpoint, "POST /v1/realtime/calls/{id}/hangup", "Authorization: an API key")]
    public async Task A_call_is_for_the_key_that_made_it_and_its_tokens_alone()
    {
        await using var api = await StartAsync();
        var token = await TokenAsync(api, Web);
        var call = (await api.CallAsync(token)).Headers.Location!.ToString();
        Assert.Equal((HttpStatusCode.NotFound, "call_not_found"), await StatusAsync(api.PostAsync(call + "/hangup", "", App)));
        Assert.Equal((HttpStatusCode.NotFound, "call_not_found"), await StatusAsync(api.SendAsync(HttpMethod.Post, call, TestApi.Offer(), App, "application/sdp")));
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(call + "/hangup", "", Web)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync(call + "/hangup", "", Web)).Status);
    }

    [Fact]
    public async Task A_token_that_one_server_made_opens_calls_of_another_with_the_same_secret_and_of_no_other()
    {
        var secret = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(secret, new string('s', 40) + "\n", TestContext.Current.CancellationToken);
            await using var one = await StartAsync(tokenSecretFile: secret);
            await using var two = await StartAsync(tokenSecretFile: secret);
            await using var other = await StartAsync();
            var token = await TokenAsync(one, Web);
            Assert.Equal(HttpStatusCode.Created, (await two.CallAsync(token)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await other.CallAsync(token)).Status);
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public async Task Sip_is_refused_by_name()
    {
        await using var api = await StartAsync();
        foreach (var verb in new[] { "accept", "reject", "refer" })
            Assert.Equal((HttpStatusCode.NotImplemented, "sip_not_supported"), await StatusAsync(api.PostAsync("/v1/realtime/calls/rtc_x/" + verb, "{}", Web)));
    }

    [Fact]
    public async Task Calls_of_a_key_and_of_its_tokens_count_together_and_a_call_that_ends_makes_room()
    {
        await using var api = await StartAsync(new KeyLimits { ConcurrentCalls = 2 });
        var token = await TokenAsync(api, Web);
        var first = await api.CallAsync(Web);
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(token)).Status);
        var refused = await api.CallAsync(token);
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limit_exceeded", "requests"), (refused.Status, refused.Code, refused.String("error", "type")));
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        // The other key has calls of its own.
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(App)).Status);

        await api.PostAsync(first.Headers.Location + "/hangup", "", Web);
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(Web)).Status);
    }

    [Fact]
    public async Task An_offer_at_fault_takes_no_place()
    {
        await using var api = await StartAsync(new KeyLimits { ConcurrentCalls = 1 });
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync(HttpMethod.Post, "/v1/realtime/calls", "v=0\r\n", Web, "application/sdp")).Status);
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(Web)).Status);
    }

    [Fact]
    public async Task Minutes_of_a_day_that_are_used_up_end_the_call_and_refuse_the_next()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        await using var api = await StartAsync(new KeyLimits { MinutesPerDay = 1 }, clock);
        var call = (await api.CallAsync(Web)).Headers.Location + "/hangup";
        clock.Advance(TimeSpan.FromMinutes(1));
        // Nobody had connected to it: it is gone at once.
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync(call, "", Web)).Status);
        Assert.Equal((HttpStatusCode.TooManyRequests, "insufficient_quota"), await StatusAsync(api.CallAsync(Web)));
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(App)).Status);
    }

    [Fact]
    public async Task Nothing_that_opens_a_door_or_names_a_person_is_logged()
    {
        await using var api = await StartAsync(new KeyLimits { ConcurrentCalls = 1 });
        var token = await TokenAsync(api, Web);
        var call = await api.CallAsync(token);
        await api.CallAsync(token);
        await api.CallAsync("pk_wrong_key");
        await api.CallAsync("ek_wrong_token");
        await api.SendAsync(HttpMethod.Get, "/v1/models", null, null, null, headers => headers.Add("Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.pk_in_a_protocol"));
        await api.PostAsync(call.Headers.Location + "/hangup", "", Web);
        Assert.Contains("created", api.Log.Text, StringComparison.Ordinal);
        foreach (var secret in new[] { Web, App, token, "pk_wrong_key", "ek_wrong_token", "pk_in_a_protocol", "sha256:", "end-user-17", "Be discreet", "a=ice", "127.0.0.1" })
            Assert.DoesNotContain(secret, api.Log.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string> TokenAsync(TestApi api, string key)
    {
        var answer = await api.SendAsync(
            HttpMethod.Post, "/v1/realtime/client_secrets", """{"session":{"instructions":"Be discreet."}}""", key, "application/json",
            headers => headers.Add("OpenAI-Safety-Identifier", "end-user-17"));
        return answer.String("value")!;
    }

    private static Task<TestApi> StartAsync(KeyLimits? limits = null, FakeTimeProvider? clock = null, string? tokenSecretFile = null) => TestApi.StartAsync(
        new ServerOptions
        {
            TokenSecretFile = tokenSecretFile,
            Keys = [new KeyOptions { Name = "web", Hash = KeyHash.Of(Web).ToString(), Limits = limits }, new KeyOptions { Name = "app", Hash = KeyHash.Of(App).ToString() }],
        },
        clock);

    private static async Task<(HttpStatusCode, string?)> StatusAsync(Task<Answer> answer) => ((await answer).Status, (await answer).Code);
}
