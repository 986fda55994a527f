using System.Diagnostics;

namespace Parley.EndToEnd.Tests;

/// <summary>A verb of the <c>parley</c> program, run as its users do.</summary>
internal sealed class CommandLine(string verb, TimeSpan deadline)
{
    public Process Start(params string[] arguments) => ChildProcess.Start(
        new ProcessStartInfo("dotnet", [Checkout.CliAssembly, verb, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true });

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(deadline, TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>What goes wrong is one line that says so, and an exit code.</summary>
    public async Task AssertFailsAsync(int code, string message, params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.Equal(code, run.Code);
        var line = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"parley {verb}: ", line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
    }
}
