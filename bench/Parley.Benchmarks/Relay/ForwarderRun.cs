using System.Diagnostics;
using System.Globalization;
using Parley.Benchmarks.Echo.Sockets;

namespace Parley.Benchmarks.Relay;

/// <summary>A forwarder in a process of its own, on one core.</summary>
internal sealed class ForwarderRun : IAsyncDisposable
{
    public const int NodePort = 42100;
    public const int Nodes = 4;

    private const string TickMicroseconds = "1000";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ForwarderRun(Process process) => _process = process;

    public int ProcessId => _process.Id;

    public string PublicPort { get; private set; } = "";

    public string InnerPort { get; private set; } = "";

    public static async Task<ForwarderRun> StartAsync(Contestant contestant, int core, string cForwarder)
    {
        var run = new ForwarderRun(Launch(contestant, core, cForwarder));
        var line = await run._process.StandardOutput.ReadLineAsync().WaitAsync(StartLimit);
        if (line?.Split(' ') is not [var publicPort, var innerPort])
            throw new BenchmarkException($"The forwarder did not start: {await run._process.StandardError.ReadToEndAsync()}");
        (run.PublicPort, run.InnerPort) = (publicPort, innerPort);
        return run;
    }

    /// <summary>What ours says of itself.</summary>
    public async Task<RelayFigures> ReadFiguresAsync()
    {
        await _process.StandardInput.WriteLineAsync("figures");
        return RelayFigures.Parse(await _process.StandardOutput.ReadLineAsync().WaitAsync(StartLimit) ?? "");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Launch(Contestant contestant, int core, string cForwarder)
    {
        var port = NodePort.ToString(CultureInfo.InvariantCulture);
        var nodes = Nodes.ToString(CultureInfo.InvariantCulture);
        if (contestant.IsC) return CProgram.Start(cForwarder, core.ToString(CultureInfo.InvariantCulture), TickMicroseconds, port, nodes);
        Process? process = null;
        // A new thread, because a process inherits the cores of the one that starts it.
        var starter = new Thread(() =>
        {
            Cores.PinThread(core);
            process = CProgram.Start(
                Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", typeof(ForwarderRun).Assembly.Location,
                RelayProcess.Verb, contestant.Bundles ? "1" : "0", port, nodes);
        });
        starter.Start();
        starter.Join();
        return process!;
    }
}
