using System.Diagnostics;
using System.Text.Json;

namespace Parley.EndToEnd.Tests;

/// <summary>The real server, in a process of its own, on free ports of the loopback interface.</summary>
internal sealed class ParleyServer : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _log;

    private ParleyServer(Process process, List<string> log, Uri url, int udpPort)
    {
        _process = process;
        _log = log;
        Url = url;
        UdpPort = udpPort;
    }

    public Uri Url { get; }

    public int UdpPort { get; }

    /// <summary>Everything that the server printed so far, both streams.</summary>
    public string Log
    {
        get
        {
            lock (_log) return string.Join('\n', _log);
        }
    }

    public static async Task<ParleyServer> StartAsync(params string[] options)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        string[] fixedOptions =
            ["serve", "--port", "0", "--udp-port", "0", "--udp-listen", "127.0.0.1", "--json", .. options];
        start.ArgumentList.Add(Checkout.CliAssembly);
        foreach (var option in fixedOptions) start.ArgumentList.Add(option);
        var process = ChildProcess.Start(start);

        var log = new List<string>();
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Keep(string? line)
        {
            if (line is null) return;
            lock (log) log.Add(line);
            if (line.StartsWith("{\"ready\"", StringComparison.Ordinal)) ready.TrySetResult(line);
        }
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The server ended: " + string.Join('\n', log)));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var json = JsonDocument.Parse(await ready.Task.WaitAsync(StartDeadline, TestContext.Current.CancellationToken));
        return new ParleyServer(process, log, new Uri(json.RootElement.GetProperty("url").GetString()!), json.RootElement.GetProperty("udp_port").GetInt32());
    }

    public HttpClient CreateClient() => new() { BaseAddress = Url };

    public async Task<JsonElement> HealthAsync()
    {
        using var client = CreateClient();
        using var json = JsonDocument.Parse(await client.GetStringAsync("healthz", TestContext.Current.CancellationToken));
        return json.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
