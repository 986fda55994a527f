using System.Diagnostics;
using System.Text.Json;

namespace Parley.EndToEnd.Tests.Relays;

/// <summary>A program on a host of the lab.</summary>
internal sealed class LabProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly List<string> _printed = [];
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LabProcess(ProcessStartInfo start, Func<string, bool> isReady)
    {
        _process = ChildProcess.Start(start);
        _process.OutputDataReceived += (_, e) => Keep(e.Data, isReady);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data, isReady);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"{start.ArgumentList[3]} ended: {Printed}"));
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Printed
    {
        get
        {
            lock (_printed) return string.Join('\n', _printed);
        }
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a program and waits for the line by which it says that it is ready.</summary>
    public static async Task<LabProcess> StartAsync(LabHost host, Func<string, bool> isReady, string program, params IEnumerable<string> arguments)
    {
        var started = Launch(host, isReady, program, arguments);
        await started._ready.Task.WaitAsync(StartLimit, TestContext.Current.CancellationToken);
        return started;
    }

    /// <summary>Starts a program, and does not wait.</summary>
    public static LabProcess Launch(LabHost host, Func<string, bool> isReady, string program, params IEnumerable<string> arguments) =>
        new(host.StartOf(program, arguments), isReady);

    /// <summary>The JSON line of a Parley program that is ready.</summary>
    public static bool SaysReady(string line) => line.StartsWith("{\"ready\"", StringComparison.Ordinal);

    /// <summary>Until it says that it is ready.</summary>
    public Task WaitUntilReadyAsync() => _ready.Task.WaitAsync(StartLimit, TestContext.Current.CancellationToken);

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>SIGKILL for what a supervisor runs; returns when its next instance is ready.</summary>
    public Task KillSupervisedAsync() => EndSupervisedAsync("KILL");

    /// <summary>SIGTERM for what a supervisor runs; returns when that has ended and its next instance is ready.</summary>
    public Task TerminateSupervisedAsync() => EndSupervisedAsync("TERM");

    /// <summary>SIGKILL: it ends wherever it is.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
    }

    public Task TerminateAsync() => ChildProcess.RunAsync("kill", ["-TERM", $"{_process.Id}"], Limit);

    /// <summary>Waits for its end; returns its exit code.</summary>
    public async Task<int> EndAsync(TimeSpan limit)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(limit, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>The document that a <c>parley load --json</c> which has ended has printed.</summary>
    public JsonElement Result()
    {
        string[] lines;
        // It has lines of its own; errors may come before and after it.
        lock (_printed) lines = [.. _printed.SkipWhile(line => line != "{").TakeWhile(line => line != "}"), "}"];
        if (lines.Length == 1) throw new InvalidOperationException($"No JSON was printed: {Printed}");
        using var json = JsonDocument.Parse(string.Join('\n', lines));
        return json.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task EndSupervisedAsync(string signal)
    {
        var pid = File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Trim();
        _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await ChildProcess.RunAsync("kill", [$"-{signal}", pid], Limit);
        await WaitUntilReadyAsync();
    }

    private void Keep(string? line, Func<string, bool> isReady)
    {
        if (line is null) return;
        lock (_printed) _printed.Add(line);
        if (isReady(line)) _ready.TrySetResult();
    }
}
