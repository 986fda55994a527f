using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Parley.EndToEnd.Tests;

/// <summary><c>parley call</c> as a user runs it: two programs, real sockets, real time.</summary>
public sealed class CallCommandTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(90);
    private static readonly CommandLine Program = new("call", Hang);

    [Fact]
    public async Task A_spoken_question_is_answered_recorded_and_accounted_for()
    {
        await using var server = await ParleyServer.StartAsync();
        var recording = Checkout.Artifact("call.wav");
        var call = await Program.RunAsync(server.Url.ToString(), "--say", "What time is it?", "--type", "hello", "--out", recording, "--json", "--transcripts");
        Assert.Equal((0, ""), (call.Code, call.Error));
        using var json = JsonDocument.Parse(call.Output);
        var root = json.RootElement;
        Assert.True(root.GetProperty("ok").GetBoolean());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("error").ValueKind);
        Assert.StartsWith("rtc_", root.GetProperty("call_id").GetString(), StringComparison.Ordinal);
        Assert.True(root.GetProperty("connected_ms").GetDouble() < root.GetProperty("session_ms").GetDouble());
        Assert.Equal(2, root.GetProperty("turns").GetArrayLength());
        foreach (var turn in root.GetProperty("turns").EnumerateArray())
        {
            Assert.InRange(turn.GetProperty("latency_ms").GetDouble(), 1, 10_000);
            Assert.InRange(turn.GetProperty("answer_ms").GetDouble(), 300, 30_000);
            Assert.NotEmpty(turn.GetProperty("answer").GetString()!);
        }
        Assert.True(root.GetProperty("network").GetProperty("packets_received").GetInt64() > 20);
        Assert.Equal(0, root.GetProperty("network").GetProperty("packets_lost").GetInt64());
        Assert.InRange(root.GetProperty("playout").GetProperty("concealed_ratio").GetDouble(), 0, 0.2);
        AssertAudible(recording, TimeSpan.FromMilliseconds(root.GetProperty("duration_ms").GetDouble()));
        await server.UntilAsync(health => health.GetProperty("calls_open").GetInt64() == 0, Hang);
    }

    [Fact]
    public async Task An_echo_server_is_called_without_a_session()
    {
        await using var server = await ParleyServer.StartAsync("--agent", "echo");
        var recording = Checkout.Artifact("echo.wav");
        var call = await Program.RunAsync(server.Url.ToString(), "--say", "What time is it?", "--out", recording, "-v");
        Assert.Equal((0, ""), (call.Code, call.Error));
        Assert.Contains("heard before its end", call.Output, StringComparison.Ordinal);
        AssertAudible(recording, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Over_tcp_alone_the_call_is_the_same()
    {
        await using var server = await ParleyServer.StartAsync();
        var call = await Program.RunAsync(server.Url.ToString(), "--tcp", "--type", "hello", "--json");
        Assert.Equal((0, ""), (call.Code, call.Error));
        using var json = JsonDocument.Parse(call.Output);
        Assert.InRange(json.RootElement.GetProperty("turns")[0].GetProperty("latency_ms").GetDouble(), 1, 10_000);
    }

    [Fact]
    public async Task What_goes_wrong_is_one_clear_line_and_an_exit_code()
    {
        await using var server = await ParleyServer.StartAsync();
        var notWav = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(notWav, "This is a text.", TestContext.Current.CancellationToken);
        try
        {
            await Program.AssertFailsAsync(1, "Connection refused", $"http://127.0.0.1:{FreePort()}", "--say", "hello");
            await Program.AssertFailsAsync(1, "answered 404", new Uri(server.Url, "v1/nowhere").ToString(), "--say", "hello");
            await Program.AssertFailsAsync(2, "there is no such file", server.Url.ToString(), "--in", "/nowhere/at/all.wav");
            await Program.AssertFailsAsync(2, "it is not a WAV file", server.Url.ToString(), "--in", notWav);
            await Program.AssertFailsAsync(2, "nothing to say", server.Url.ToString());
            await Program.AssertFailsAsync(2, "cannot be written", server.Url.ToString(), "--say", "hello", "--out", "/nowhere/at/all.wav");
        }
        finally
        {
            File.Delete(notWav);
        }
    }

    [Fact]
    public async Task An_interrupt_hangs_up_properly()
    {
        await using var server = await ParleyServer.StartAsync();
        using var process = Program.Start(server.Url.ToString(), "--record-seconds", "80");
        await server.UntilAsync(health => health.GetProperty("calls_connected").GetInt64() == 1, Hang);
        await ChildProcess.RunAsync("kill", ["-INT", $"{process.Id}"], Hang);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Hang, TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        // Not by a time-out of half a minute: the server was told.
        await server.UntilAsync(health => health.GetProperty("calls_open").GetInt64() == 0, TimeSpan.FromSeconds(10));
    }

    private static void AssertAudible(string path, TimeSpan atLeast)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.True("RIFF"u8.SequenceEqual(bytes.AsSpan(0, 4)));
        var samples = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes.AsSpan(44)).ToArray();
        Assert.InRange(samples.Length / 24_000.0, atLeast.TotalSeconds * 0.8, Hang.TotalSeconds);
        Assert.True(samples.Count(sample => Math.Abs((int)sample) > 1000) > 2400, "Nothing is to be heard in the recording.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
