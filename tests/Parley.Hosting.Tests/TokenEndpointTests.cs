using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Parley.Hosting.Tests;

/// <summary>The three endpoints that make client tokens, and the calls that tokens open.</summary>
public sealed class TokenEndpointTests
{
    [Fact]
    public async Task A_client_secret_answers_with_the_effective_session()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.PostAsync("/v1/realtime/client_secrets", """{"session":{"type":"realtime","model":"gpt-realtime","audio":{"output":{"voice":"marin"}}}}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var session = answer.Json.GetProperty("session");
        Assert.Equal(("realtime", "realtime.session", "gpt-realtime"), (Text(session, "type"), Text(session, "object"), Text(session, "model")));
        Assert.StartsWith("sess_", Text(session, "id"), StringComparison.Ordinal);
        Assert.Equal("marin", session.GetProperty("audio").GetProperty("output").GetProperty("voice").GetString());
        Assert.Equal("server_vad", session.GetProperty("audio").GetProperty("input").GetProperty("turn_detection").GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_client_secret_may_be_for_a_transcription()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.PostAsync("/v1/realtime/client_secrets", """{"session":{"type":"transcription","audio":{"input":{"transcription":{"model":"whisper-1"}}}}}""");
        Assert.Equal("transcription", answer.String("session", "type"));
        Assert.Equal("whisper-1", answer.String("session", "audio", "input", "transcription", "model"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(600)]
    [InlineData(7200)]
    public async Task A_client_secret_lives_as_long_as_was_asked(int seconds)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        await using var api = await TestApi.StartAsync(clock: clock);
        var answer = await api.PostAsync("/v1/realtime/client_secrets", seconds == 600 ? "{}" : $$"""{"expires_after":{"anchor":"created_at","seconds":{{seconds}} } }""");
        Assert.Equal(1_800_000_000 + seconds, answer.Json.GetProperty("expires_at").GetInt64());
        var token = answer.String("value");
        clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(token)).Status);
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(token)).Status);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), await StatusAsync(api.CallAsync(token)));
    }

    [Fact]
    public async Task The_older_session_is_flat_in_and_out_and_its_token_opens_calls()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.PostAsync(
            "/v1/realtime/sessions",
            """{"model":"gpt-4o-realtime-preview","modalities":["text"],"voice":"verse","input_audio_format":"g711_ulaw","client_secret":{"expires_after":{"seconds":30}}}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("gpt-4o-realtime-preview", answer.String("model"));
        Assert.Equal(("verse", "g711_ulaw"), (answer.String("voice"), answer.String("input_audio_format")));
        Assert.Equal("realtime.session", answer.String("object"));
        Assert.StartsWith("ek_", answer.String("client_secret", "value"), StringComparison.Ordinal);
        Assert.True(answer.Json.GetProperty("client_secret").GetProperty("expires_at").TryGetInt64(out _));
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(answer.String("client_secret", "value"))).Status);
    }

    [Fact]
    public async Task The_older_transcription_session_is_one()
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.PostAsync("/v1/realtime/transcription_sessions", """{"input_audio_transcription":{"model":"whisper-1","language":"en"},"turn_detection":null}""");
        Assert.Equal("realtime.transcription_session", answer.String("object"));
        Assert.Equal("en", answer.String("input_audio_transcription", "language"));
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("turn_detection").ValueKind);
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(answer.String("client_secret", "value"))).Status);
    }

    [Theory]
    [InlineData("/v1/realtime/client_secrets", """{"session":{"audio":{"output":{"speed":9}}}}""", "session.audio.output.speed")]
    [InlineData("/v1/realtime/client_secrets", """{"session":{"model":7}}""", "session.model")]
    [InlineData("/v1/realtime/client_secrets", """{"session":{"model":""}}""", "session.model")]
    [InlineData("/v1/realtime/client_secrets", """{"session":[]}""", "session")]
    [InlineData("/v1/realtime/client_secrets", """{"expires_after":{"seconds":7201}}""", "expires_after")]
    [InlineData("/v1/realtime/sessions", """{"voice":7}""", "session.voice")]
    [InlineData("/v1/realtime/sessions", """{"client_secret":{"expires_after":{"seconds":9}}}""", "client_secret.expires_after")]
    [InlineData("/v1/realtime/transcription_sessions", """{"voice":"alloy"}""", "session.voice")]
    public async Task A_value_at_fault_is_400_and_named(string path, string body, string param)
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.PostAsync(path, body);
        Assert.Equal((HttpStatusCode.BadRequest, param), (answer.Status, answer.String("error", "param")));
    }

    [Fact]
    public async Task A_session_that_no_header_could_carry_is_refused_and_the_answer_says_what_to_do()
    {
        await using var api = await TestApi.StartAsync();
        var noise = Convert.ToHexString(System.Security.Cryptography.SHA512.HashData([])) + string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i * 7919 % 100_003:x} "));
        var answer = await api.PostAsync("/v1/realtime/client_secrets", "{\"session\":{\"instructions\":\"" + noise + "\"}}");
        Assert.Equal((HttpStatusCode.BadRequest, "session_too_large"), (answer.Status, answer.Code));
        Assert.Contains("session.update", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_may_ask_for_any_model_and_the_name_must_be_one()
    {
        await using var api = await TestApi.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync(query: "?model=gpt-realtime-2.1-mini")).Status);
        var answer = await api.CallAsync(query: "?model=" + new string('a', 129));
        Assert.Equal((HttpStatusCode.BadRequest, "model"), (answer.Status, answer.String("error", "param")));
    }

    [Fact]
    [Shows(ApiPart.Endpoint, "GET /v1/models", "GET /v1/models/{model}")]
    public async Task Models_are_listed_and_told_one_by_one()
    {
        await using var api = await TestApi.StartAsync();
        var list = await api.GetAsync("/v1/models");
        Assert.Equal("list", list.String("object"));
        Assert.Equal("parley", Assert.Single(list.Json.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("model", (await api.GetAsync("/v1/models/parley")).String("object"));
        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), await StatusAsync(api.GetAsync("/v1/models/other")));
    }

    private static async Task<(HttpStatusCode, string?)> StatusAsync(Task<Answer> answer) => ((await answer).Status, (await answer).Code);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
