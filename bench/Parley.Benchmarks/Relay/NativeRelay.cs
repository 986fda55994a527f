using System.Diagnostics;
using System.Globalization;

namespace Parley.Benchmarks.Relay;

/// <summary>The relay's native binary in a process of its own, with the least that it needs, on free ports of loopback.</summary>
internal sealed class NativeRelay : IDisposable
{
    private readonly Process _process;

    private NativeRelay(Process process) => _process = process;

    /// <summary>From the moment before the process was made to its line that it is ready.</summary>
    public required TimeSpan ReadyAfter { get; init; }

    /// <summary>Bytes of memory that are resident now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Publishes it as <c>./parley publish relay</c> does; the path of the binary.</summary>
    public static async Task<string> PublishAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var script = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "parley"));
        if (!File.Exists(script)) throw new BenchmarkException("This needs the checkout that it was built in.");
        using var publishing = CProgram.Start("sh", script, "publish", "relay", folder.FullName);
        var output = publishing.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await publishing.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await publishing.WaitForExitAsync(cancellationToken);
        return publishing.ExitCode == 0 ? Path.Combine(folder.FullName, "parley-relay") : throw new BenchmarkException($"`./parley publish relay` failed: {errors}");
    }

    public static async Task<NativeRelay> StartAsync(string program, string keys, string fleet, int workers, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "--keys", keys, "--fleet", fleet, "--listen", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--inner", "127.0.0.1:0", "--metrics", "127.0.0.1:0",
            "--workers", workers.ToString(CultureInfo.InvariantCulture), "--json",
        ];
        var start = Stopwatch.GetTimestamp();
        var process = CProgram.Start(program, arguments);
        if (await process.StandardOutput.ReadLineAsync(cancellationToken) is null)
            throw new BenchmarkException($"The relay did not start: {await process.StandardError.ReadToEndAsync(cancellationToken)}");
        return new NativeRelay(process) { ReadyAfter = Stopwatch.GetElapsedTime(start) };
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
