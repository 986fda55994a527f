using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Parley.Transceiver.Caller;

namespace Parley.EndToEnd.Tests;

/// <summary>What the operator meets: mistakes in what is configured, ports that are taken, a full server, the end.</summary>
public sealed class OperatorTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--nonsense", "x")]
    [InlineData("--port", "many")]
    [InlineData("--port", "70000")]
    [InlineData("--tcp-port", "many")]
    [InlineData("--config", "/nonexistent/parley.json")]
    [InlineData("--udp-listen", "198.51.100.7")]
    [InlineData("--agent", "parrot")]
    [InlineData("--max-calls", "many")]
    [InlineData("--tls-cert", "/nonexistent/cert.pem")]
    [InlineData("--listen", "0.0.0.0")]
    public async Task A_mistake_ends_the_start_with_code_2_and_one_clear_message(string option, string value)
    {
        var (code, output) = await ServeAsync(option, value);
        Assert.Equal(2, code);
        Assert.True(output.Contains(value, StringComparison.Ordinal) || output.Contains(option, StringComparison.Ordinal), output);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        var port = ((IPEndPoint)tcp.LocalEndpoint).Port;
        var http = await ServeAsync("--port", $"{port}");
        Assert.Equal(2, http.Code);
        Assert.Contains($"127.0.0.1:{port}", http.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", http.Output, StringComparison.Ordinal);

        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var udpPort = ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
        var calls = await ServeAsync("--udp-port", $"{udpPort}");
        Assert.Equal(2, calls.Code);
        Assert.Contains($"127.0.0.1:{udpPort}", calls.Output, StringComparison.Ordinal);
        Assert.Contains("--udp-port", calls.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", calls.Output, StringComparison.Ordinal);

        var callsOverTcp = await ServeAsync("--tcp-port", $"{port}");
        Assert.Equal(2, callsOverTcp.Code);
        Assert.Contains($"127.0.0.1:{port}", callsOverTcp.Output, StringComparison.Ordinal);
        Assert.Contains("--no-tcp", callsOverTcp.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", callsOverTcp.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_server_that_is_told_to_end_says_goodbye_to_its_calls_and_ends_with_code_0(string signal)
    {
        await using var server = await ParleyServer.StartAsync();
        using var client = server.CreateClient();
        using var waiting = await client.PostAsync("v1/realtime/calls", Sdp(BadInputTests.Offer), Cancellation);
        Assert.Equal(HttpStatusCode.Created, waiting.StatusCode);
        var call = SelfCall.RunAsync(async (offer, cancellation) =>
        {
            using var response = await client.PostAsync("v1/realtime/calls", Sdp(offer), cancellation);
            return await response.Content.ReadAsStringAsync(cancellation);
        }, "", Hang, TimeProvider.System, Cancellation);
        await server.UntilAsync(health => health.GetProperty("calls_connected").GetInt64() == 1, Hang);

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await server.SignalAsync(signal, Hang));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        // The goodbye reached the client: it does not wait for its own limit.
        var report = await call.WaitAsync(Hang / 2, Cancellation);
        Assert.Contains("RemoteClosed", report.Error ?? "RemoteClosed", StringComparison.Ordinal);
        Assert.Equal(2, server.CallLog.Split("closed: ShuttingDown").Length - 1);
        Assert.DoesNotContain("   at ", server.CallLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_server_says_when_to_come_again_and_takes_calls_again_when_some_are_hung_up()
    {
        var config = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(config, """{ "server": { "maxCalls": 5 } }""", Cancellation);
        try
        {
            await using var server = await ParleyServer.StartAsync("--config", config);
            using var client = server.CreateClient();
            var calls = new List<Uri>();
            for (var i = 0; i < 5; i++)
            {
                using var taken = await client.PostAsync("v1/realtime/calls", Sdp(BadInputTests.Offer), Cancellation);
                Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
                calls.Add(taken.Headers.Location!);
            }
            using var refused = await client.PostAsync("v1/realtime/calls", Sdp(BadInputTests.Offer), Cancellation);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.Contains("too_many_calls", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

            using var hungUp = await client.PostAsync(calls[0] + "/hangup", null, Cancellation);
            Assert.Equal(HttpStatusCode.OK, hungUp.StatusCode);
            using var again = await client.PostAsync("v1/realtime/calls/", Sdp(BadInputTests.Offer), Cancellation);
            Assert.Equal(HttpStatusCode.Created, again.StatusCode);
            Assert.DoesNotContain("//", again.Headers.Location!.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(config);
        }
    }

    [Fact]
    public async Task An_echo_server_starts_without_models_and_takes_as_many_calls_as_its_option_says()
    {
        await using var server = await ParleyServer.StartAsync("--agent", "echo", "--max-calls", "1");
        using var client = server.CreateClient();
        Assert.Contains("\"echo\"", await client.GetStringAsync("console.json", Cancellation), StringComparison.Ordinal);
        using var taken = await client.PostAsync("v1/realtime/calls", Sdp(BadInputTests.Offer), Cancellation);
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        using var refused = await client.PostAsync("v1/realtime/calls", Sdp(BadInputTests.Offer), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    [Fact]
    public async Task With_keys_only_their_holders_and_the_tokens_they_made_open_calls_and_nothing_secret_is_logged()
    {
        const string key = "operators-own-key", wrong = "someone-elses-key";
        await using var server = await ParleyServer.StartAsync(new Dictionary<string, string> { ["PARLEY_API_KEYS"] = $"other, {key}" });
        using var client = server.CreateClient();
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, "v1/realtime/calls", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, "v1/realtime/calls", wrong));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, "v1/realtime/calls/rtc_x/hangup", wrong));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, "v1/realtime/client_secrets", wrong));
        Assert.Equal(HttpStatusCode.Created, await PostAsync(client, "v1/realtime/calls", key));

        using var ask = new HttpRequestMessage(HttpMethod.Post, "v1/realtime/client_secrets");
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var made = await client.SendAsync(ask, Cancellation);
        using var json = JsonDocument.Parse(await made.Content.ReadAsStringAsync(Cancellation));
        var token = json.RootElement.GetProperty("value").GetString()!;
        Assert.Equal(HttpStatusCode.Created, await PostAsync(client, "v1/realtime/calls", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, "v1/realtime/client_secrets", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, "v1/realtime/calls", token + "0"));

        await server.SignalAsync("TERM", Hang);
        foreach (var secret in new[] { key, wrong, token, "127.0.0.1", "a=ice", "abcdefghijklmnopqrstuvwx", "a=fingerprint" })
            Assert.DoesNotContain(secret, server.CallLog, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Sdp(BadInputTests.Offer) };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private static StringContent Sdp(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/sdp"));

    /// <summary>Runs a server that is to refuse its start. What is not given is free.</summary>
    private static async Task<(int Code, string Output)> ServeAsync(params string[] options)
    {
        string[] arguments =
        [
            Checkout.CliAssembly, "serve", .. Default("--port", "0"), .. Default("--udp-port", "0"), .. Default("--udp-listen", "127.0.0.1"), .. options,
        ];
        using var process = ChildProcess.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
            Environment = { ["PARLEY_API_KEYS"] = null },
        });
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        try
        {
            await process.WaitForExitAsync(Cancellation).WaitAsync(Hang, Cancellation);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        return (process.ExitCode, await output + await error);

        string[] Default(string name, string value) => options.Contains(name) ? [] : [name, value];
    }
}
