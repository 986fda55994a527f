using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Parley.EndToEnd.Tests;

/// <summary>
/// The real server, in a process of its own, on free ports of the loopback interface; or in a network namespace of its own
/// with one private address, for a browser that refuses loopback candidates.
/// </summary>
internal sealed class ParleyServer : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    /// <summary>The only address beside loopback inside the namespace; the default route makes browsers look at it.</summary>
    private const string PrivateAddress = "10.99.0.1";

    private const string Loopback = "127.0.0.1";

    private const string NamespaceSetup =
        "ip link set lo up && ip link add parley0 type veth peer name parley1 && ip addr add " + PrivateAddress + "/24 dev parley0 && "
        + "ip link set parley0 up && ip link set parley1 up && ip route add default dev parley0 && exec dotnet \"$@\"";

    /// <summary>Root needs no user namespace for a network namespace, and in some containers may not have one.</summary>
    private static readonly bool IsRoot = Environment.IsPrivilegedProcess;

    private static readonly string[] AsOwner = ["--user", "--preserve-credentials"];

    private readonly Process _process;
    private readonly List<string> _log;
    private readonly bool _isIsolated;

    private ParleyServer(Process process, bool isIsolated, List<string> log, Uri url, int udpPort)
    {
        _process = process;
        _isIsolated = isIsolated;
        _log = log;
        Url = url;
        UdpPort = udpPort;
    }

    public Uri Url { get; }

    public int UdpPort { get; }

    /// <summary>What the server printed so far, but for the line that says it is ready.</summary>
    public string CallLog
    {
        get
        {
            lock (_log) return string.Join('\n', _log.Where(line => !IsReadyLine(line)));
        }
    }

    public static Task<ParleyServer> StartAsync(params string[] options) => StartAsync(isIsolated: false, Loopback, options, []);

    public static Task<ParleyServer> StartAsync(Dictionary<string, string> environment, params string[] options) =>
        StartAsync(isIsolated: false, Loopback, options, environment);

    /// <summary>Calls arrive at another address of this machine than loopback.</summary>
    public static Task<ParleyServer> StartAtAsync(IPAddress udpListen, params string[] options) =>
        StartAsync(isIsolated: false, udpListen.ToString(), options, []);

    public static async Task<ParleyServer> StartIsolatedAsync(params string[] options)
    {
        try
        {
            await ChildProcess.RunAsync("unshare", [.. Namespace, "true"], TimeSpan.FromSeconds(10));
        }
        catch (InvalidOperationException exception)
        {
            Assert.Skip("This system lets nobody make a network namespace, and Firefox refuses loopback candidates: " + exception.Message);
        }
        return await StartAsync(isIsolated: true, PrivateAddress, options, []);
    }

    /// <summary>A program and its arguments, made to run where the server runs.</summary>
    public (string Program, IEnumerable<string> Arguments) Beside(string program, IEnumerable<string> arguments) => _isIsolated
        ? ("nsenter", ["--target", $"{_process.Id}", "--net", .. IsRoot ? [] : AsOwner, program, .. arguments])
        : (program, arguments);

    private static async Task<ParleyServer> StartAsync(bool isIsolated, string udpListen, string[] options, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(isIsolated ? "unshare" : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        string[] fixedOptions =
        [
            .. isIsolated ? [.. Namespace, "sh", "-c", NamespaceSetup, "sh"] : Array.Empty<string>(),
            Checkout.CliAssembly, "serve", "--port", "0", "--udp-port", "0", "--udp-listen", udpListen, "--json",
            .. options,
        ];
        foreach (var option in fixedOptions) start.ArgumentList.Add(option);
        var process = ChildProcess.Start(start);

        var log = new List<string>();
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Keep(string? line)
        {
            if (line is null) return;
            lock (log) log.Add(line);
            if (IsReadyLine(line)) ready.TrySetResult(line);
        }
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The server ended: " + string.Join('\n', log)));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var json = JsonDocument.Parse(await ready.Task.WaitAsync(StartDeadline, TestContext.Current.CancellationToken));
        return new ParleyServer(process, isIsolated, log, new Uri(json.RootElement.GetProperty("url").GetString()!), json.RootElement.GetProperty("udp_port").GetInt32());
    }

    public HttpClient CreateClient() => new() { BaseAddress = Url };

    /// <summary>Sends the process a signal, waits for its end and returns its exit code.</summary>
    public async Task<int> SignalAsync(string signal, TimeSpan deadline)
    {
        await ChildProcess.RunAsync("kill", [$"-{signal}", $"{_process.Id}"], deadline);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(deadline, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks for the health until <paramref name="condition"/> holds of it.</summary>
    public async Task UntilAsync(Func<JsonElement, bool> condition, TimeSpan deadline)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition(await HealthAsync()))
            if (TimeProvider.System.GetElapsedTime(began) > deadline) throw new TimeoutException($"The server's health is not what it should become: {await HealthAsync()}");
    }

    public async Task<JsonElement> HealthAsync()
    {
        using var client = CreateClient();
        using var json = JsonDocument.Parse(await client.GetStringAsync("healthz", TestContext.Current.CancellationToken));
        return json.RootElement.Clone();
    }

    private static string[] Namespace => IsRoot ? ["--net"] : ["--net", "--map-root-user"];

    private static bool IsReadyLine(string line) => line.StartsWith("{\"ready\"", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
