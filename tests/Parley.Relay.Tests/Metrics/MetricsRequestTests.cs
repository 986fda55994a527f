using System.Text;
using Parley.Relay.Metrics;

namespace Parley.Relay.Tests.Metrics;

public sealed class MetricsRequestTests
{
    [Theory]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 200, "/metrics")]
    [InlineData("HEAD /healthz?x=1 HTTP/1.0\r\n\r\n", 200, "/healthz")]
    [InlineData("GET / HTTP/1.1\n\n", 200, "/")]
    [InlineData("POST /metrics HTTP/1.1\r\n\r\n", 405, "")]
    [InlineData("GET metrics HTTP/1.1\r\n\r\n", 400, "")]
    [InlineData("GET /metrics\r\n\r\n", 400, "")]
    [InlineData("GET /metrics HTTP/2\r\n\r\n", 400, "")]
    [InlineData(" \r\n\r\n", 400, "")]
    [InlineData("\r\n\r\n", 400, "")]
    public void The_first_line_says_what_is_wanted(string request, int status, string path)
    {
        Assert.Equal(status, MetricsRequest.Read(Encoding.Latin1.GetBytes(request), out var read, out var isHead));
        Assert.Equal(path, read);
        Assert.Equal(request.StartsWith("HEAD", StringComparison.Ordinal), isHead);
    }

    [Fact]
    public void A_request_is_whole_with_its_empty_line()
    {
        Assert.False(MetricsRequest.IsWhole("GET / HTTP/1.1\r\nHost: a\r\n"u8));
        Assert.True(MetricsRequest.IsWhole("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8));
    }

    [Fact]
    public void Any_bytes_have_an_answer()
    {
        var random = new Parley.Simulation.SeededRandom(3);
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = new byte[random.NextInt(64)];
            random.Fill(bytes);
            Assert.True(MetricsRequest.Read(bytes, out _, out _) is 200 or 400 or 405);
        }
    }
}
