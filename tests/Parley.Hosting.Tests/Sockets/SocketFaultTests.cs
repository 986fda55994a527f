using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using Parley.Speech;
using Parley.Transceiver;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Sockets;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>Clients and networks that misbehave, against the live server over real sockets. What each fault brings in time is tested on virtual time in Parley.Transceiver.Tests.</summary>
public sealed class SocketFaultTests
{
    private const string Note = """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}""";

    private static readonly SocketLimits Impatient = SocketLimits.Default with { PingAfter = TimeSpan.FromMilliseconds(100), PongTimeout = TimeSpan.FromSeconds(3) };

    [Fact]
    public async Task A_client_that_is_killed_in_the_middle_of_an_event_ends_its_session()
    {
        var calls = new CallLog();
        await using var server = await LiveServer.StartAsync(log: calls);
        using (var client = await RawSocket.ConnectAsync(server.EndPoint))
        {
            // A frame of 100 bytes, of which 10 come.
            await client.SendAsync([0x81, 0x80 | 100, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes("{\"type\":\"x")]);
            client.Kill();
        }
        Assert.Equal(CallCloseReason.ConnectionLost, await calls.NextCloseAsync());
        Assert.Equal((0, 0L), (server.Transceiver.Stats.SocketCallsOpen, server.Transceiver.Stats.Faults));
    }

    [Fact]
    public async Task A_connection_that_is_open_at_one_end_only_is_found_by_a_ping_that_nobody_answers()
    {
        var calls = new CallLog();
        await using var server = await LiveServer.StartAsync(limits: Impatient, log: calls);
        // Its host takes what comes, and nobody is there who would answer.
        using var client = await RawSocket.ConnectAsync(server.EndPoint);
        Assert.Equal(CallCloseReason.ConnectionLost, await calls.NextCloseAsync());
        Assert.Equal(0, server.Transceiver.Stats.SocketCallsOpen);
    }

    [Fact]
    public async Task A_client_that_answers_pings_and_says_nothing_stays()
    {
        var calls = new CallLog();
        await using var server = await LiveServer.StartAsync(limits: Impatient, log: calls);
        var silent = await server.ConnectAsync();
        await silent.UntilAsync("session.created");
        var waiting = silent.ReceiveAsync();
        // Another one, that does not answer, goes meanwhile.
        using var gone = await RawSocket.ConnectAsync(server.EndPoint);
        await calls.NextCloseAsync();
        Assert.False(waiting.IsCompleted);
        await silent.SendAsync("""{"type":"input_audio_buffer.clear"}""");
        Assert.Equal("input_audio_buffer.cleared", (await waiting)!.Value.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_client_that_stops_reading_is_cut_off_while_others_are_served()
    {
        var calls = new CallLog();
        var limits = SocketLimits.Default with { SendTimeout = TimeSpan.FromMilliseconds(300), CloseTimeout = TimeSpan.FromMilliseconds(300) };
        var models = ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => string.Join(' ', Enumerable.Repeat("word.", 180))));
        await using var server = await LiveServer.StartAsync(models, limits, log: calls);
        using var slow = await RawSocket.ConnectAsync(server.EndPoint, receiveBuffer: 4096);
        var other = await server.ConnectAsync();
        // Replies of a minute, 4 MB each, until the kernels' buffers are full.
        for (var i = 0; i < 4; i++) await slow.SendTextAsync("""{"type":"response.create","response":{"conversation":"none","input":[]}}""");
        await other.SendAsync(Note);
        await other.UntilAsync("conversation.item.done");
        Assert.Equal(CallCloseReason.ClientTooSlow, await calls.NextCloseAsync());
        Assert.Equal(1, server.Transceiver.Stats.SocketCallsOpen);
    }

    [Theory]
    [InlineData("838000000000")] // An opcode that nobody has defined. (RFC 6455 §5.2)
    [InlineData("F18000000000")] // Reserved bits.
    [InlineData("89FE007E00000000")] // A ping longer than pings may be. (§5.5)
    [InlineData("818200000000C328")] // Text that is no UTF-8. (§8.1)
    public async Task Bytes_that_are_no_frames_end_the_connection_and_nothing_else(string hex)
    {
        var calls = new CallLog();
        await using var server = await LiveServer.StartAsync(log: calls);
        var other = await server.ConnectAsync();
        using var client = await RawSocket.ConnectAsync(server.EndPoint);
        await client.SendAsync(Convert.FromHexString(hex));
        await client.ReadToEndAsync();
        Assert.Equal(CallCloseReason.ProtocolError, await calls.NextCloseAsync());
        await other.SendAsync(Note);
        await other.UntilAsync("conversation.item.done");
        Assert.Equal(0, server.Transceiver.Stats.Faults);
    }

    [Fact]
    public async Task A_flood_of_events_is_answered_in_order_and_others_are_served_meanwhile()
    {
        await using var server = await LiveServer.StartAsync();
        var (flood, other) = (await server.ConnectAsync(), await server.ConnectAsync());
        var flooding = Task.Run(async () =>
        {
            for (var i = 0; i < 20_000; i++) await flood.SendAsync($$"""{"type":"no.such.event","event_id":"{{i}}"}""");
        }, TestContext.Current.CancellationToken);
        var reading = Task.Run(async () =>
        {
            for (var i = 0; i < 20_000; i++) Assert.Equal($"{i}", (await flood.UntilAsync("error")).GetProperty("error").GetProperty("event_id").GetString());
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            await other.SendAsync("""{"type":"input_audio_buffer.clear"}""");
            await other.UntilAsync("input_audio_buffer.cleared");
        }
        await Task.WhenAll(flooding, reading);
    }

    [Fact]
    public async Task A_model_that_fails_with_garbage_fails_its_response_and_the_session_lives_on()
    {
        await using var server = await LiveServer.StartAsync(new ModelSet(new ScriptedRecognizer("?"), new GarbageChat(), new ToneSynthesizer(), []));
        var client = await server.ConnectAsync();
        await client.SendAsync("""{"type":"response.create"}""");
        Assert.Equal("failed", (await client.UntilAsync("response.done")).GetProperty("response").GetProperty("status").GetString());
        await client.SendAsync(Note);
        await client.UntilAsync("conversation.item.done");
    }

    private sealed class GarbageChat : IChatClient
    {
        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new ChatResponseUpdate(ChatRole.Assistant, "\uD800");
            throw new FormatException("garbage");
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
