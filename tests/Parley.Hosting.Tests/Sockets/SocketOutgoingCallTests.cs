using System.Net;
using System.Net.WebSockets;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;
using Parley.Transceiver.Caller;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>The caller of <c>parley call ws://…</c> against the live server.</summary>
public sealed class SocketOutgoingCallTests
{
    private const string Key = "pk_0123456789abcdef0123";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_asks_hears_the_answer_out_and_says_goodbye()
    {
        await using var server = await StartAsync();
        var record = await Call(server, Key).RunAsync(TestContext.Current.CancellationToken);
        Assert.Null(record.Error);
        var turn = Assert.Single(record.Turns);
        Assert.Equal("You said hello", turn.Answer);
        Assert.NotNull(turn.Latency);
        Assert.True(record.Network is null && record.SessionCreated is not null);
    }

    [Fact]
    public async Task A_refusal_has_its_status()
    {
        await using var server = await StartAsync();
        var call = Call(server, key: null);
        await Assert.ThrowsAsync<WebSocketException>(() => call.RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Unauthorized, call.RefusedWith);
    }

    private static SocketOutgoingCall Call(LiveServer server, string? key) => new(
        new SocketOutgoingCallConfig
        {
            Dialogue = new DialogueConfig { Turns = [new TypedTurn("hello")], AnswerTimeout = Limit },
            Url = server.Url("?model=parley"),
            Key = key,
            Limit = Limit,
        },
        TimeProvider.System);

    private static Task<LiveServer> StartAsync() =>
        LiveServer.StartAsync(options: new ServerOptions { Keys = [new KeyOptions { Name = "web", Hash = KeyHash.Of(Key).ToString() }] });
}
