using System.Text.Json;

namespace Parley.EndToEnd.Tests;

/// <summary>A model's server that is not there is an error on the call, and the call goes on.</summary>
public sealed class FailingModelTests
{
    private const double FirstQuestionAt = 3, SecondQuestionAt = 8, CallSeconds = 12;

    [Fact]
    public async Task A_chat_server_that_is_not_there_is_reported_on_each_turn_and_the_call_lives_on()
    {
        await using var server = await ParleyServer.StartAsync("--chat-url", "http://127.0.0.1:9/v1", "--chat-model", "nobody");
        var speaker = new Timeline().Says("What time is it?", FirstQuestionAt, "en-gb").Says("Tell me a joke.", SecondQuestionAt, "en-gb");
        var call = await BrowserCall.MakeAsync(server, "chromium", speaker, CallSeconds, "failing-model");

        Assert.Equal(["What time is it?", "Tell me a joke."], call.UserTranscripts);
        var failed = call.Events.Where(e => e.GetProperty("type").GetString() == "response.done").Select(e => e.GetProperty("response")).ToList();
        Assert.Equal(2, failed.Count);
        Assert.All(failed, response => Assert.Equal("failed", response.GetProperty("status").GetString()));
        var errors = call.Events.Where(e => e.GetProperty("type").GetString() == "error").Select(e => e.GetProperty("error")).ToList();
        Assert.Equal(2, errors.Count);
        Assert.All(errors, error => Assert.Equal("chat_unreachable", error.GetProperty("code").GetString()));
        Assert.Contains("127.0.0.1:9", call.Result.GetProperty("shown").GetProperty("fault").GetString(), StringComparison.Ordinal);
        Assert.Equal("listening", call.Result.GetProperty("shown").GetProperty("phase").GetString());
    }
}
