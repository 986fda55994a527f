using System.Diagnostics;
using System.Text.Json;

namespace Parley.EndToEnd.Tests;

/// <summary><c>parley load</c> as a user runs it: two programs, real sockets, real time.</summary>
public sealed class LoadCommandTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(90);
    private static readonly CommandLine Program = new("load", Hang);

    [Theory]
    [InlineData]
    [InlineData("--tcp")]
    public async Task Calls_are_kept_up_heard_and_hung_up(params string[] options)
    {
        await using var server = await ParleyServer.StartAsync("--agent", "echo");
        var load = await Program.RunAsync([server.Url.ToString(), "--calls", "4", "--length", "1.5", "--seconds", "4", "--json", .. options]);
        Assert.Equal((0, ""), (load.Code, load.Error));
        using var json = JsonDocument.Parse(load.Output);
        var root = json.RootElement;
        Assert.True(root.GetProperty("ok").GetBoolean());
        Assert.Equal(0, root.GetProperty("lost").GetInt32());
        Assert.InRange(root.GetProperty("begun").GetInt32(), 5, 20);
        Assert.Equal(root.GetProperty("begun").GetInt32(), root.GetProperty("ended").GetInt32());
        Assert.InRange(root.GetProperty("first_media_ms").GetProperty("p50").GetDouble(), 1, 10_000);
        var frames = root.GetProperty("frames");
        Assert.InRange(frames.GetProperty("sent").GetInt32(), 200, 1000);
        Assert.InRange(frames.GetProperty("received").GetInt32(), frames.GetProperty("sent").GetInt32() / 2, 1000);
        await server.UntilAsync(health => health.GetProperty("calls_open").GetInt64() == 0, Hang);
    }

    [Fact]
    public async Task A_server_that_is_full_is_asked_again()
    {
        await using var server = await ParleyServer.StartAsync("--agent", "echo", "--max-calls", "1");
        var load = await Program.RunAsync(server.Url.ToString(), "--calls", "2", "--seconds", "3", "--json");
        using var json = JsonDocument.Parse(load.Output);
        Assert.Equal((0, 0), (load.Code, json.RootElement.GetProperty("lost").GetInt32()));
        Assert.Equal(1, json.RootElement.GetProperty("begun").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("refused").GetInt32(), 1, 20);
    }

    [Fact]
    public async Task Calls_that_a_server_takes_along_are_lost()
    {
        await using var server = await ParleyServer.StartAsync("--agent", "echo");
        using var process = Program.Start(server.Url.ToString(), "--calls", "2", "--seconds", "80", "--length", "70", "--json");
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await server.UntilAsync(health => health.GetProperty("calls_connected").GetInt64() == 2, Hang);
        await server.SignalAsync("TERM", Hang);
        await ChildProcess.RunAsync("kill", ["-INT", $"{process.Id}"], Hang);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Hang, TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        using var json = JsonDocument.Parse(await output);
        Assert.Equal(2, json.RootElement.GetProperty("lost_by").GetProperty("remote_closed").GetInt32());
    }

    [Fact]
    public async Task An_interrupt_hangs_up_all_calls_and_prints_what_there_was()
    {
        await using var server = await ParleyServer.StartAsync("--agent", "echo");
        using var process = Program.Start(server.Url.ToString(), "--calls", "3", "--seconds", "80");
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await server.UntilAsync(health => health.GetProperty("calls_connected").GetInt64() == 3, Hang);
        await ChildProcess.RunAsync("kill", ["-INT", $"{process.Id}"], Hang);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Hang, TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("3 calls begun, 3 ended as planned, 0 lost", await output, StringComparison.Ordinal);
        await server.UntilAsync(health => health.GetProperty("calls_open").GetInt64() == 0, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_goes_wrong_is_one_clear_line_and_an_exit_code()
    {
        await using var server = await ParleyServer.StartAsync("--agent", "echo");
        await Program.AssertFailsAsync(1, "answered 404", new Uri(server.Url, "v1/nowhere").ToString(), "--calls", "3");
        await Program.AssertFailsAsync(2, "is not an http", "ftp://host", "--calls", "3");
        await Program.AssertFailsAsync(2, "is empty", server.Url.ToString(), "--calls", "3", "--key-variable", "PARLEY_NO_SUCH_KEY");
    }
}
