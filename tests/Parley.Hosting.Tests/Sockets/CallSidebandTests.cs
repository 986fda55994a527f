using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Parley.Transceiver.Caller;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>WebSockets beside calls over WebRTC, with the live server and real packets on loopback.</summary>
public sealed class CallSidebandTests
{
    private const string Note = """{"type":"conversation.item.create","item":{"id":"note","type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}""";

    [Fact]
    public async Task A_sideband_of_a_call_over_WebRTC_sees_its_events_and_is_closed_when_it_ends()
    {
        await using var server = await LiveServer.StartAsync();
        SocketClient? sideband = null;
        var record = await CallAsync(server, "", async callId =>
        {
            sideband = await server.ConnectAsync($"?call_id={callId}");
            await sideband.UntilAsync("session.created");
        });
        Assert.Null(record.Error);
        await sideband!.UntilAsync("response.created");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, (await sideband.UntilClosedAsync()).Status);
    }

    [Fact]
    public async Task A_session_whose_WebSocket_broke_goes_on_over_WebRTC()
    {
        await using var server = await LiveServer.StartAsync();
        var client = await server.ConnectAsync();
        var id = (await client.UntilAsync("session.created")).GetProperty("session").GetProperty("id").GetString();
        await client.SendAsync(Note);
        await client.UntilAsync("conversation.item.done");
        client.Socket.Abort();
        SocketClient? sideband = null;
        var record = await CallAsync(server, $"?resume={id}", async callId =>
        {
            sideband = await server.ConnectAsync($"?call_id={callId}");
            Assert.Equal(id, (await sideband.UntilAsync("session.created")).GetProperty("session").GetProperty("id").GetString());
            await sideband.SendAsync("""{"type":"conversation.item.retrieve","item_id":"note"}""");
        });
        Assert.Null(record.Error);
        await sideband!.UntilAsync("conversation.item.retrieved");
    }

    [Fact]
    public async Task A_session_of_a_call_over_WebRTC_goes_on_on_a_WebSocket()
    {
        await using var server = await LiveServer.StartAsync();
        SocketClient? client = null;
        string? id = null;
        var record = await CallAsync(server, "", async callId =>
        {
            // The client has moved on before its call was connected at all.
            using var sideband = await server.ConnectAsync($"?call_id={callId}");
            id = (await sideband.UntilAsync("session.created")).GetProperty("session").GetProperty("id").GetString();
            client = await server.ConnectAsync($"?resume={id}");
            await sideband.UntilClosedAsync();
        }, TimeSpan.FromSeconds(1));
        Assert.NotNull(record.Error);
        Assert.Equal(id, (await client!.UntilAsync("session.created")).GetProperty("session").GetProperty("id").GetString());
    }

    /// <summary>Makes a call and ends it with the first sound of an answer.</summary>
    /// <param name="meanwhile">What is done when the call was answered and is not connected yet.</param>
    private static async Task<CallRecord> CallAsync(LiveServer server, string query, Func<string, Task> meanwhile, TimeSpan? limit = null) => await SelfCall.RunAsync(
        async (offer, cancellationToken) =>
        {
            using var http = new HttpClient();
            using var content = new StringContent(offer, Encoding.UTF8, new MediaTypeHeaderValue("application/sdp"));
            using var response = await http.PostAsync(new Uri($"http://{server.EndPoint}/v1/realtime/calls{query}"), content, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            Assert.True(response.IsSuccessStatusCode, answer);
            await meanwhile(response.Headers.Location!.ToString().Split('/')[^1]);
            return answer;
        },
        "hello", limit ?? SocketClient.Hang, TimeProvider.System, TestContext.Current.CancellationToken);
}
