using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;

namespace Parley.Samples.Tests;

/// <summary>A sample as a process of its own, on free ports of loopback.</summary>
internal sealed class Sample : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private static readonly CompositeFormat PathFormat = CompositeFormat.Parse(
        typeof(Sample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "SamplePath").Value!);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Sample(Process process) => _process = process;

    public Uri Url { get; private set; } = null!;

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public static async Task<Sample> StartAsync(string name, params string[] options)
    {
        string[] arguments =
        [
            string.Format(CultureInfo.InvariantCulture, PathFormat, "Parley.Samples." + name), "--urls", "http://127.0.0.1:0",
            "--Parley:Server:UdpPort=0", "--Parley:Server:UdpListen=127.0.0.1", .. options,
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var sample = new Sample(process);
        process.OutputDataReceived += (_, e) => sample.Keep(e.Data);
        process.ErrorDataReceived += (_, e) => sample.Keep(e.Data);
        process.Exited += (_, _) => sample._url.TrySetException(new InvalidOperationException($"{name} ended: {sample.Output}"));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        sample.Url = await sample._url.Task.WaitAsync(StartLimit, TestContext.Current.CancellationToken);
        return sample;
    }

    /// <summary>Its address for WebSockets.</summary>
    public Uri SocketUrl(string path) => new UriBuilder(new Uri(Url, path)) { Scheme = "ws" }.Uri;

    /// <summary>Posts an offer, for a call over WebRTC.</summary>
    public async Task<string> AnswerAsync(string offer, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Url };
        using var response = await client.PostAsync("v1/realtime/calls", new StringContent(offer, Encoding.UTF8, new MediaTypeHeaderValue("application/sdp")), cancellationToken);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        var at = line.IndexOf(Listening, StringComparison.Ordinal);
        if (at >= 0) _url.TrySetResult(new Uri(line[(at + Listening.Length)..]));
    }
}
