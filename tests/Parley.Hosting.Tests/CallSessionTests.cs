using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Parley.Hosting.Tests.Sockets;
using Parley.Transceiver.Caller;

namespace Parley.Hosting.Tests;

/// <summary>Whole calls over loopback: what <c>session.created</c> says of the ways to ask for a session.</summary>
public sealed class CallSessionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Shows(ApiPart.Endpoint, "POST /v1/realtime/calls, application/sdp", "POST /v1/realtime/calls?model=")]
    public async Task The_model_of_the_query_is_the_sessions()
    {
        await using var server = await LiveServer.StartAsync();
        var session = await CallAsync(server, Sdp, query: "?model=gpt-realtime-2.1");
        Assert.Equal("gpt-realtime-2.1", session.GetProperty("model").GetString());
    }

    [Fact]
    [Shows(ApiPart.Endpoint, "POST /v1/realtime/calls, multipart/form-data")]
    public async Task A_form_brings_the_session_with_the_offer_and_its_parts_need_no_content_type()
    {
        await using var server = await LiveServer.StartAsync();
        var session = await CallAsync(server, offer =>
        {
            var form = new MultipartFormDataContent { { new StringContent(offer), "sdp" }, { new StringContent("""{"type":"realtime","model":"mine","instructions":"Be brief."}"""), "session" } };
            foreach (var part in form) part.Headers.ContentType = null;
            return form;
        });
        Assert.Equal(("mine", "Be brief."), (session.GetProperty("model").GetString(), session.GetProperty("instructions").GetString()));
    }

    [Theory]
    [InlineData("client_secrets", """{"session":{"type":"realtime","instructions":"From the token.","audio":{"output":{"voice":"marin"}}}}""", "value")]
    [InlineData("sessions", """{"model":"older","instructions":"From the token.","voice":"marin"}""", "client_secret.value")]
    [Shows(ApiPart.Endpoint, "POST /v1/realtime/client_secrets", "POST /v1/realtime/sessions", "Authorization: a client secret (ek_…)")]
    public async Task A_call_by_a_token_begins_with_the_session_that_the_token_is_bound_to(string path, string body, string value)
    {
        await using var server = await LiveServer.StartAsync();
        var token = await TokenAsync(server, path, body, value);
        var session = await CallAsync(server, Sdp, token);
        Assert.Equal("From the token.", session.GetProperty("instructions").GetString());
        Assert.Equal("marin", session.GetProperty("audio").GetProperty("output").GetProperty("voice").GetString());
    }

    [Fact]
    [Shows(ApiPart.Endpoint, "POST /v1/realtime/transcription_sessions")]
    public async Task A_call_by_the_token_of_a_transcription_is_one()
    {
        await using var server = await LiveServer.StartAsync();
        var token = await TokenAsync(server, "transcription_sessions", """{"input_audio_transcription":{"model":"whisper-1","language":"de"}}""", "client_secret.value");
        var session = await CallAsync(server, Sdp, token);
        Assert.Equal("transcription", session.GetProperty("type").GetString());
        Assert.Equal("de", session.GetProperty("audio").GetProperty("input").GetProperty("transcription").GetProperty("language").GetString());
    }

    private static HttpContent Sdp(string offer) => new StringContent(offer, Encoding.UTF8, new MediaTypeHeaderValue("application/sdp"));

    private static async Task<string> TokenAsync(LiveServer server, string path, string body, string value)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{server.EndPoint}/v1/realtime/") };
        using var response = await client.PostAsync(path, new StringContent(body), Cancellation);
        var json = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        return value.Split('.').Aggregate(json, (element, name) => element.GetProperty(name)).GetString()!;
    }

    /// <summary>Makes a call, and returns the session that the server greeted it with.</summary>
    private static async Task<JsonElement> CallAsync(LiveServer server, Func<string, HttpContent> body, string? token = null, string query = "")
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{server.EndPoint}/v1/realtime/") };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var greeting = new Greeting();
        using var call = new OutgoingCall(
            new OutgoingCallConfig
            {
                Dialogue = new DialogueConfig { Turns = [], AnswerTimeout = Limit },
                Bind = new IPEndPoint(IPAddress.Loopback, 0),
                Advertise = [IPAddress.Loopback],
                Limit = Limit,
            },
            TimeProvider.System, greeting);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = call.RunAsync(
            async (offer, cancellation) =>
            {
                using var response = await client.PostAsync("calls" + query, body(offer), cancellation);
                Assert.Equal(HttpStatusCode.Created, response.StatusCode);
                return await response.Content.ReadAsStringAsync(cancellation);
            }, over.Token);
        await Task.WhenAny(greeting.Came, running);
        await over.CancelAsync();
        var record = await running;
        Assert.True(greeting.Came.IsCompletedSuccessfully, record.Error);
        return await greeting.Came;
    }

    private sealed class Greeting : ICallerObserver
    {
        private readonly TaskCompletionSource<JsonElement> _session = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<JsonElement> Came => _session.Task;

        public void EventReceived(ReadOnlySpan<byte> message)
        {
            var json = JsonElement.Parse(message);
            if (json.GetProperty("type").GetString() == "session.created") _session.TrySetResult(json.GetProperty("session"));
        }

        public void Connected(TimeSpan sinceAnswer)
        {
        }

        public void Heard(ReadOnlySpan<short> pcm)
        {
        }

        public void TurnEnded(int number, TurnReport turn)
        {
        }
    }
}
