using System.CommandLine;
using System.Net.Sockets;
using Parley.Cli.Call;

namespace Parley.Cli.Load;

/// <summary><c>parley load</c>: keeps many calls up at once, and says what became of them.</summary>
internal static class LoadCommand
{
    public const string Name = "load";

    private const int Ok = 0;
    private const int Failed = 1;
    private const int Misuse = 2;

    private const string Description = """
        Keep many WebRTC calls up at once at a server of the Realtime API, and say how many were lost, how long they took to
        set up, and how long they heard nothing. Best against `parley serve --agent echo`, which needs no models.

        Examples:
          parley load http://localhost:8080 --calls 100
          parley load http://localhost:8080 --calls 100 --length 15 --seconds 300 --json

        Ctrl+C hangs up all calls and prints the summary. Exit code: 0 no call was lost, 1 some were, or there was none, 2 it
        was not understood what to do.
        """;

    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var options = new LoadOptions();
        var command = new Command(Name, Description) { options.Url };
        foreach (var option in options.All) command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => RunAsync(options, parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LoadOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        var (url, plan, asJson) = (parsed.GetValue(options.Url)!, options.Read(parsed), parsed.GetValue(options.Json));
        try
        {
            var server = CallEndpoint.Parse(url);
            using var client = CallEndpoint.CreateClient(options.Access.Key(parsed, server), options.Access.Pin(parsed));
            using var run = new LoadRun(plan, server, client, TimeProvider.System);
            if (!asJson) Console.WriteLine($"Calling {server}");
            await RunAsync(run, asJson, cancellationToken);
            var report = run.Report;
            var error = ErrorOf(report);
            if (asJson) Console.WriteLine(LoadSummary.ToJson(server.ToString(), plan, report, error));
            else LoadSummary.Print(Console.Out, report);
            return error is null ? Ok : Refuse(error, Failed);
        }
        catch (CallFailedException exception)
        {
            if (asJson && !exception.IsMisuse) Console.WriteLine(LoadSummary.ToJson(url, plan, null, exception.Message));
            return Refuse(exception.Message, exception.IsMisuse ? Misuse : Failed);
        }
        catch (Exception exception) when (exception is SocketException or DllNotFoundException)
        {
            return Refuse($"{exception.Message} `parley doctor` says what is missing.", Failed);
        }
    }

    private static async Task RunAsync(LoadRun run, bool asJson, CancellationToken cancellationToken)
    {
        var calls = run.RunAsync(cancellationToken);
        using var timer = new PeriodicTimer(ProgressPeriod, TimeProvider.System);
        while (await Task.WhenAny(calls, timer.WaitForNextTickAsync(CancellationToken.None).AsTask()) != calls)
            if (!asJson) Console.WriteLine(LoadSummary.Progress(run.Report, run.Silences.Take()));
        await calls;
    }

    private static string? ErrorOf(LoadReport report) => report switch
    {
        { Lost: > 0 } => FormattableString.Invariant($"{report.Lost} of {report.Begun} calls were lost."),
        { Ended: 0 } => "No call came about.",
        _ => null,
    };

    private static int Refuse(string message, int code)
    {
        Console.Error.WriteLine("parley load: " + Terminal.OneLine(message));
        return code;
    }
}
