using System.Text.Json;

namespace Parley.EndToEnd.Tests;

public sealed class TalkPageTests
{
    [Fact]
    public async Task On_a_phone_by_keyboard_a_refused_microphone_is_explained()
    {
        await using var server = await ParleyServer.StartAsync();
        var output = await ChildProcess.RunAsync(
            "node", ["page.mjs", "--url", server.Url.ToString(), "--screenshot", Checkout.Artifact("phone.png")], TimeSpan.FromSeconds(60),
            Checkout.BrowserScripts);
        using var json = JsonDocument.Parse(output);
        var seen = json.RootElement;
        Assert.Equal(0, seen.GetProperty("faults").GetArrayLength());
        Assert.Equal(0, seen.GetProperty("unnamed").GetArrayLength());
        Assert.True(seen.GetProperty("overflow").GetInt32() <= 0, "The page is wider than a phone.");
        Assert.Equal("talk", seen.GetProperty("focused")[1].GetString());
        Assert.Equal("Talk: start the call", seen.GetProperty("name").GetString());
        Assert.Contains("microphone is blocked", seen.GetProperty("fault").GetString(), StringComparison.Ordinal);
        Assert.Equal("off", seen.GetProperty("phase").GetString());
    }
}
