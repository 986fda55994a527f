using System.Diagnostics;
using System.Globalization;
using Parley.Fuzz.Targets;

namespace Parley.Fuzz.Engine;

/// <summary>
/// Runs a worker for one target and watches it from outside: what crashes the process, hangs it or makes it grow is a finding like any
/// other, and the worker is started again for the rest of the time.
/// </summary>
internal sealed class Supervisor(FuzzTarget target, Workspace workspace, string program, TextWriter output)
{
    /// <summary>Far above the slowest input, with room for a busy machine.</summary>
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PrintEvery = TimeSpan.FromSeconds(15);

    /// <summary>What the process may occupy, in bytes; its managed heap is held to half of it.</summary>
    private const long MaxMemory = 2L * 1024 * 1024 * 1024;

    private readonly FindingFolder _findings = new(workspace.Root, target.Name);
    private readonly List<string> _found = [];
    private long _executionsBefore;
    private long _executions;
    private long _memory;

    public string Name => target.Name;

    public long Executions => _executionsBefore + _executions;

    public int Edges { get; private set; }

    public int Inputs { get; private set; }

    /// <summary>The keys of what was found.</summary>
    public IReadOnlyList<string> Found => _found;

    public async Task RunAsync(TimeSpan time, ulong seed, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time && !cancellationToken.IsCancellationRequested)
        {
            if (await RunOnceAsync(time - watch.Elapsed, seed++, cancellationToken)) return;
            _executionsBefore += _executions;
            (_executions, _memory) = (0, 0);
        }
    }

    /// <summary>True when the worker came to its end by itself.</summary>
    private async Task<bool> RunOnceAsync(TimeSpan time, ulong seed, CancellationToken cancellationToken)
    {
        using var current = new CurrentInput(workspace.CurrentInputOf(target.Name), target.MaxLength);
        current.Reset();
        using var worker = Start(time, seed);
        var errors = worker.StandardError.ReadToEndAsync(CancellationToken.None);
        var lines = ReadAsync(worker);
        var ended = worker.WaitForExitAsync(CancellationToken.None);
        var reason = await WatchAsync(current, ended, cancellationToken);
        if (reason is not null && !worker.HasExited) worker.Kill();
        await ended;
        await lines;
        var text = await errors;
        if (cancellationToken.IsCancellationRequested) return true;
        if (reason is null && worker.ExitCode == 0) return true;
        reason ??= "crash";
        var finding = new Finding(reason, $"{reason}: exit code {worker.ExitCode}\n{text}", current.Read());
        if (_findings.Keep(finding) || !_found.Contains(reason)) Add(reason);
        return false;
    }

    private Process Start(TimeSpan time, ulong seed)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[program, Worker.Verb, target.Name, Text(time.TotalSeconds), Text(seed), workspace.Root])
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_GCHeapHardLimit"] = (MaxMemory / 2).ToString("X", CultureInfo.InvariantCulture);
        return Process.Start(start) ?? throw new InvalidOperationException("The worker did not start.");

        static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
    }

    /// <summary>Why the worker has to be ended; null when it ended itself.</summary>
    private async Task<string?> WatchAsync(CurrentInput current, Task ended, CancellationToken cancellationToken)
    {
        var (count, moved, printed) = (0L, Stopwatch.StartNew(), Stopwatch.StartNew());
        while (await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None)) != ended)
        {
            if (cancellationToken.IsCancellationRequested) return "cancelled";
            if (printed.Elapsed > PrintEvery)
            {
                printed.Restart();
                Print();
            }
            if (current.Count != count) (count, moved) = (current.Count, Stopwatch.StartNew());
            else if (count > 0 && moved.Elapsed > HangsAfter) return "hang";
            if (_memory > MaxMemory) return "memory";
        }
        return null;
    }

    private async Task ReadAsync(Process worker)
    {
        while (await worker.StandardOutput.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            if (words is [WorkerLine.Figures, var executions, var edges, var inputs, var memory])
            {
                _executions = long.Parse(executions, CultureInfo.InvariantCulture);
                Edges = int.Parse(edges, CultureInfo.InvariantCulture);
                Inputs = int.Parse(inputs, CultureInfo.InvariantCulture);
                _memory = long.Parse(memory, CultureInfo.InvariantCulture);
            }
            else if (words is [WorkerLine.Finding, var key])
            {
                Add(key);
            }
        }
    }

    private void Add(string key)
    {
        _found.Add(key);
        output.WriteLine($"  {target.Name}: FOUND {key}");
    }

    private void Print() =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {target.Name}: {Executions:N0} inputs, {Edges:N0} edges, {Inputs:N0} in the corpus"));
}
