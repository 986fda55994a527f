using System.Net;
using System.Net.WebSockets;
using Parley.Transceiver.Caller;

namespace Parley.Samples.Tests;

/// <summary>Each sample is started as a reader would, called, and heard.</summary>
public sealed class SampleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_echo_returns_what_it_hears()
    {
        await using var sample = await Sample.StartAsync("Echo");
        var tone = new short[VoiceCaller.SampleRate];
        for (var i = 0; i < tone.Length; i++) tone[i] = (short)(8000 * Math.Sin(2 * Math.PI * 440 * i / VoiceCaller.SampleRate));
        using var call = new OutgoingCall(
            new OutgoingCallConfig
            {
                Dialogue = new DialogueConfig { Turns = [new SpokenTurn("tone", tone)], AnswerTimeout = Limit, EndsAtFirstSound = true },
                Bind = new IPEndPoint(IPAddress.Loopback, 0),
                Advertise = [IPAddress.Loopback],
                Limit = Limit,
            },
            TimeProvider.System);
        var record = await call.RunAsync(sample.AnswerAsync, Cancellation);
        Assert.Null(record.Error);
        Assert.NotNull(record.FirstSound);
    }

    [Fact]
    public async Task The_assistant_answers_by_voice_over_webrtc()
    {
        await using var sample = await Sample.StartAsync("Assistant");
        var record = await SelfCall.RunAsync(sample.AnswerAsync, "What time is it?", Limit, TimeProvider.System, Cancellation);
        Assert.Null(record.Error);
        Assert.NotNull(record.FirstSound);
    }

    [Fact]
    public async Task The_model_calls_the_functions_of_the_sample_and_tells_what_came_of_it()
    {
        await using var model = await HotelModel.StartAsync();
        await using var sample = await Sample.StartAsync("Tools", "--Chat:Url=" + model.Url);
        using var client = await SocketClient.ConnectAsync(sample.SocketUrl("/v1/realtime?model=any"), key: null);
        Assert.Equal("Room ten is yours.", await AskAsync(client, "Is there a room for tonight?"));
        Assert.Contains("is booked.", sample.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_voice_of_the_sample_whistles_a_note_of_a_fifth_of_a_second_for_each_word()
    {
        await using var sample = await Sample.StartAsync("OwnSynthesizer");
        using var client = await SocketClient.ConnectAsync(sample.SocketUrl("/v1/realtime"), key: null);
        await AskAsync(client, "hello", respond: false);
        var samples = 0;
        while (await client.ReceiveAsync() is { } e && e.GetProperty("type").GetString() != "response.done")
            if (e.GetProperty("type").GetString() == "response.output_audio.delta") samples += Convert.FromBase64String(e.GetProperty("delta").GetString()!).Length / sizeof(short);
        Assert.True(samples > 0);
        Assert.Equal(0, samples % (24_000 / 5));
    }

    [Fact]
    public async Task Only_who_has_signed_in_to_the_application_may_call()
    {
        await using var sample = await Sample.StartAsync("Embed");
        var url = sample.SocketUrl("/voice/realtime?model=support");
        using var stranger = new ClientWebSocket();
        stranger.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => stranger.ConnectAsync(url, Cancellation));
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.HttpStatusCode);

        var cookies = new CookieContainer();
        using var handler = new HttpClientHandler { CookieContainer = cookies };
        using var http = new HttpClient(handler) { BaseAddress = sample.Url };
        Assert.Contains("The shop", await http.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
        using var signedIn = await http.PostAsync("/sign-in/anna", null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        using var client = new SocketClient(new ClientWebSocket { Options = { Cookies = cookies } });
        await client.Socket.ConnectAsync(url, Cancellation);
        var created = await client.UntilAsync("session.created");
        Assert.Equal("support", created.GetProperty("session").GetProperty("model").GetString());
    }

    /// <summary>Writes a line into the conversation; returns what was said to it.</summary>
    private static async Task<string?> AskAsync(SocketClient client, string line, bool respond = true)
    {
        await client.SendAsync($$$"""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"{{{line}}}"}]}}""");
        await client.SendAsync("""{"type":"response.create"}""");
        return respond ? (await client.UntilAsync("response.output_audio_transcript.done")).GetProperty("transcript").GetString() : null;
    }
}
