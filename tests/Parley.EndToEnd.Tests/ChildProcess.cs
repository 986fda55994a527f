using System.Diagnostics;
using System.Text;

namespace Parley.EndToEnd.Tests;

/// <summary>A program run to its end, with a deadline.</summary>
internal static class ChildProcess
{
    /// <summary>Returns standard output; throws with both outputs when the program fails or takes too long.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, TimeSpan deadline, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Environment.CurrentDirectory,
        };
        using var process = Start(start);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(deadline);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {deadline}.\n{await output}\n{await error}");
        }
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.\n{await output}\n{await error}");
        return await output;
    }

    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException(
                new StringBuilder().Append(start.FileName).Append(" could not be started: `./parley test` installs it. ").Append(exception.Message).ToString(),
                exception);
        }
    }
}
