using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>A server that is told to stop, and has time.</summary>
public sealed class DrainTests
{
    private static readonly ServerOptions Patient = new() { DrainSeconds = 90 };

    [Fact]
    public async Task Clients_are_told_and_may_go_on_while_new_ones_are_refused_and_the_server_stops_with_the_last()
    {
        await using var server = await LiveServer.StartAsync(options: Patient, time: new FakeTimeProvider());
        var client = await server.ConnectAsync();
        await client.UntilAsync("session.created");
        var stopping = server.StopAsync();
        Assert.Equal(90, (await client.UntilAsync("parley.draining")).GetProperty("seconds_left").GetInt32());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "shutting_down"), await server.RefusalAsync("?model=parley"));
        await client.SendAsync("""{"type":"response.create"}""");
        await client.UntilAsync("response.done");
        Assert.False(stopping.IsCompleted);
        await client.CloseAsync();
        await stopping.WaitAsync(SocketClient.Hang, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_is_still_there_when_the_time_is_over_is_said_goodbye_to()
    {
        var time = new FakeTimeProvider();
        await using var server = await LiveServer.StartAsync(options: Patient, time: time);
        var client = await server.ConnectAsync();
        await client.UntilAsync("session.created");
        var stopping = server.StopAsync();
        await client.UntilAsync("parley.draining");
        time.Advance(TimeSpan.FromSeconds(91));
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "The server is shutting down."), await client.UntilClosedAsync());
        await stopping.WaitAsync(SocketClient.Hang, TestContext.Current.CancellationToken);
    }
}
