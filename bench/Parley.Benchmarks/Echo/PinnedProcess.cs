using System.Diagnostics;
using Parley.Benchmarks.Echo.Sockets;

namespace Parley.Benchmarks.Echo;

/// <summary>A .NET program in a process of its own, whose threads all run on one core. It says with its first line that it is ready.</summary>
internal sealed class PinnedProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private PinnedProcess(Process process) => _process = process;

    public string FirstLine { get; private set; } = "";

    /// <param name="assembly">The program's .dll.</param>
    public static async Task<PinnedProcess> StartAsync(int core, string assembly, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        // Whoever can measure a server on the machine may call it.
        start.Environment["PARLEY_API_KEYS"] = null;
        Process? process = null;
        // A new thread, because a process inherits the cores of the one that starts it.
        var starter = new Thread(() =>
        {
            Cores.PinThread(core);
            process = Process.Start(start)!;
        });
        starter.Start();
        starter.Join();
        var pinned = new PinnedProcess(process!);
        var errors = new List<string>();
        process!.ErrorDataReceived += (_, e) => errors.Add(e.Data ?? "");
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(StartLimit);
        if (line is null) throw new BenchmarkException($"{Path.GetFileName(assembly)} ended: {string.Join(' ', errors)}");
        pinned.FirstLine = line;
        return pinned;
    }

    public ProcessorUse ProcessorUse
    {
        get
        {
            _process.Refresh();
            return new ProcessorUse(_process.TotalProcessorTime, _process.PrivilegedProcessorTime);
        }
    }

    /// <summary>Bytes of memory that are resident.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

/// <summary>Processor time since the start of a process.</summary>
internal readonly record struct ProcessorUse(TimeSpan Total, TimeSpan Kernel)
{
    public static ProcessorUse operator -(ProcessorUse later, ProcessorUse earlier) => new(later.Total - earlier.Total, later.Kernel - earlier.Kernel);
}
