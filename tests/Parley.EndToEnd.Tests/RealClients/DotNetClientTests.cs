using System.ClientModel;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OpenAI.Realtime;
using Parley.EndToEnd.Tests.Phones;

namespace Parley.EndToEnd.Tests.RealClients;

#pragma warning disable OPENAI002 // The package marks all of its realtime client as experimental.

/// <summary>The <c>OpenAI</c> package's <c>RealtimeClient</c>; nothing but the endpoint is set.</summary>
[Collection(ClientServerGroup.Name)]
public sealed class DotNetClientTests(ClientServer server, ITestOutputHelper output)
{
    private readonly ConcurrentQueue<JsonElement> _events = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Shows(ApiPart.Client, "OpenAI (NuGet), RealtimeClient")]
    [Shows(ApiPart.Endpoint, "WS /v1/realtime?model=", "WebSocket subprotocol realtime")]
    public async Task Over_a_websocket_it_talks_calls_its_function_and_is_interrupted()
    {
        using var session = await CreateClient().StartConversationSessionAsync("gpt-realtime", cancellationToken: Cancellation);
        var log = new UpdateLog();
        var voice = new SocketVoice(session, log);
        await HoldAsync(new DotNetConversation(session, log, voice), log, voice.HeedAsync, voice.SpeakAsync);
        Assert.True(voice.Heard.Sounds().Count > 0 && voice.Heard.SpeechShare(0, voice.Heard.Seconds) > 0.5, "What was heard is not speech.");
        await AssertReadAsync("dotnet-websocket", log);
    }

    [Fact]
    [Shows(ApiPart.Client, "OpenAI (NuGet), RealtimeClient beside a call")]
    [Shows(ApiPart.Endpoint, "WS /v1/realtime?call_id=")]
    public async Task Beside_a_webrtc_call_it_runs_the_function_and_reads_every_event()
    {
        await using var phone = await Phone.StartAsync(PhoneKind.Named("libwebrtc"), server.Plain.Url);
        var callId = await CallAsync(phone);
        var client = CreateClient();
        using var session = await client.StartConversationSessionAsync(
            "gpt-realtime", new RealtimeSessionClientOptions { QueryString = $"call_id={callId}" }, Cancellation);
        var log = new UpdateLog();
        await HoldAsync(new DotNetConversation(session, log, new PhoneVoice(phone, log)), log, _ => Task.CompletedTask, _ => Task.CompletedTask);
        var heard = await phone.HeardAsync();
        Assert.True(heard.Sounds().Count > 0 && heard.SpeechShare(0, heard.Seconds) > 0.5, "What was heard is not speech.");
        await AssertReadAsync("dotnet-sideband", log);
    }

    [Fact]
    [Shows(ApiPart.Endpoint, "POST /v1/realtime/client_secrets", "Authorization: a client secret (ek_…)")]
    public async Task A_client_secret_opens_the_session_that_it_was_made_for()
    {
        var asked = new CreateClientSecretOptions { SessionOptions = new RealtimeConversationSessionOptions { Instructions = "You are a clock." } };
        CreateClientSecretResult secret = await CreateClient().CreateRealtimeClientSecretAsync(asked, Cancellation);
        Assert.StartsWith("ek_", secret.Value, StringComparison.Ordinal);
        Assert.True(secret.ExpiresAt > TimeProvider.System.GetUtcNow());

        using var session = await CreateClient("a key that the server does not know").StartConversationSessionAsync(
            "gpt-realtime", new RealtimeSessionClientOptions { ClientSecret = secret.Value }, Cancellation);
        await using var updates = session.ReceiveUpdatesAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await updates.MoveNextAsync());
        var created = Assert.IsType<RealtimeServerUpdateSessionCreated>(updates.Current);
        Assert.Equal("You are a clock.", Assert.IsType<RealtimeConversationSession>(created.Session).Instructions);
    }

    private RealtimeClient CreateClient(string key = ClientServer.Key)
    {
        var client = new RealtimeClient(new ApiKeyCredential(key), new RealtimeClientOptions { Endpoint = new Uri(server.Plain.Url, "v1") });
        client.OnReceivingCommand += (_, data) =>
        {
            using var json = JsonDocument.Parse(data);
            _events.Enqueue(json.RootElement.Clone());
        };
        return client;
    }

    private static async Task HoldAsync(
        DotNetConversation conversation, UpdateLog log, Func<RealtimeServerUpdate, Task> heed, Func<CancellationToken, Task> speak)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reading = conversation.ReadAsync(heed, end.Token);
        await conversation.ConfigureAsync();
        await log.AfterAsync<RealtimeServerUpdateSessionUpdated>(0);
        var speaking = speak(end.Token);
        var holding = conversation.HoldAsync();
        await await Task.WhenAny(holding, reading);
        await holding;
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(reading, speaking));
    }

    /// <summary>Every event became an update of a type that the package knows, and would be read by the other clients, too.</summary>
    private async Task AssertReadAsync(string name, UpdateLog log)
    {
        var own = _events.Where(e => IsOwn(TypeOf(e))).Select(TypeOf).ToHashSet();
        Assert.Equal(_events.Count, log.All.Count);
        Assert.Empty(log.All.Where(update => !update.GetType().IsPublic).Select(update => update.Kind.ToString()).Except(own));
        Assert.Empty(log.All.OfType<RealtimeServerUpdateError>().Select(update => update.Error.Message));
        await EventReaders.AssertReadAsync(name, [.. _events.Where(e => !IsOwn(TypeOf(e)))]);
        output.WriteLine($"OpenAI 2.15.0, {name}: {_events.Count} events of {_events.Select(TypeOf).Distinct().Count()} types, none unread; own events: {string.Join(", ", own)}");
    }

    private async Task<string> CallAsync(Phone phone)
    {
        using var http = server.Plain.CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ClientServer.Key);
        using var offer = new StringContent(await phone.OfferAsync(), Encoding.UTF8, new MediaTypeHeaderValue("application/sdp"));
        using var response = await http.PostAsync("v1/realtime/calls", offer, Cancellation);
        await phone.AnswerAsync(await response.Content.ReadAsStringAsync(Cancellation));
        await phone.EventAsync("session.created");
        return response.Headers.Location!.ToString().Split('/')[^1];
    }

    private static string TypeOf(JsonElement e) => e.GetProperty("type").GetString()!;

    private static bool IsOwn(string type) => type.StartsWith("parley.", StringComparison.Ordinal);
}
