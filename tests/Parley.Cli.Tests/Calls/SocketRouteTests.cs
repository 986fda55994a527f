using Parley.Cli.Call;

namespace Parley.Cli.Tests.Calls;

public sealed class SocketRouteTests
{
    [Theory]
    [InlineData("ws://localhost:8080", "ws://localhost:8080/v1/realtime")]
    [InlineData("wss://voice.example/", "wss://voice.example/v1/realtime")]
    [InlineData("ws://localhost:8080/?model=x", "ws://localhost:8080/v1/realtime?model=x")]
    [InlineData("wss://api.openai.com/v1/realtime?model=gpt-realtime", "wss://api.openai.com/v1/realtime?model=gpt-realtime")]
    public void A_server_alone_means_its_usual_place_for_sessions(string text, string expected)
    {
        Assert.True(SocketRoute.TryParse(text, out var url));
        Assert.Equal(expected, url.ToString());
    }

    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("localhost:8080")]
    [InlineData("")]
    public void Other_urls_are_for_webrtc(string text) => Assert.False(SocketRoute.TryParse(text, out _));
}
