using Parley.EndToEnd.Tests.Phones;

namespace Parley.EndToEnd.Tests;

/// <summary>Calls by clients that see no UDP candidate, as behind a firewall that lets no UDP through.</summary>
public sealed class TcpTests(ITestOutputHelper output)
{
    /// <summary>More than the 30 s of a client that goes without a goodbye.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    [Fact]
    public Task A_browser_that_only_tcp_serves_speaks_and_hears_and_exchanges_events() => CallAsync("Chromium");

    [Fact]
    public Task A_stack_beside_the_browsers_does_too() => CallAsync("libwebrtc");

    private async Task CallAsync(string stack)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Calls over TCP need Linux.");
        await using var server = OutwardAddress.Value is { } address ? await ParleyServer.StartAtAsync(address) : await ParleyServer.StartAsync();
        await using (var phone = await Phone.StartAsync(PhoneKind.Named(stack), server.Url))
        {
            // Made means that an event of each side was answered by the other.
            var call = await PhoneCall.MakeAsync(phone, server, path: null);
            Assert.Equal("What time is it?", await call.SayAsync(Phrase.Of("What time is it?", "en-gb")));
            var share = await call.HearAnswerAsync();
            Assert.True(share > 0.5, $"What was heard is not speech: {share:0.00}.");
            var tcp = (await server.HealthAsync()).GetProperty("tcp");
            output.WriteLine($"{stack} {phone.Version}: {tcp}");
            // Two seconds of speech to the server and as much from it are 100 packets each, and nothing else carried them.
            Assert.True(tcp.GetProperty("frames_received").GetInt64() > 100);
            Assert.True(tcp.GetProperty("frames_sent").GetInt64() > 50);
        }
        await server.UntilAsync(health => health.GetProperty("calls_open").GetInt64() == 0 && health.GetProperty("tcp_connections_open").GetInt64() == 0, Hang);
        Assert.Equal(0, (await server.HealthAsync()).GetProperty("faults").GetInt64());
    }
}
