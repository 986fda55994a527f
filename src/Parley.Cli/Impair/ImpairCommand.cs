using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Parley.Net;
using Parley.Net.Impairment;

namespace Parley.Cli.Impair;

/// <summary><c>parley impair</c>: a bad cable between two network interfaces.</summary>
internal static class ImpairCommand
{
    private static readonly LinkOptionSet Link = new();

    public static Command Create()
    {
        var first = new Argument<string>("first") { Description = "A network interface." };
        var second = new Argument<string>("second") { Description = "Another one: what comes in at one goes out at the other." };
        var command = new Command(
            "impair",
            "Bridge two network interfaces by a link with delay, jitter and loss, to try calls on bad networks. Needs Linux and root. "
            + "Each line of standard input with the options of a link, for example '--delay 80 --loss 3', takes the place of the link's conditions.")
        {
            first, second,
        };
        foreach (var option in Link.All) command.Options.Add(option);
        command.SetAction(parsed => Run(parsed.GetValue(first)!, parsed.GetValue(second)!, parsed));
        return command;
    }

    private static int Run(string first, string second, ParseResult parsed)
    {
        try
        {
            using var bridge = new ImpairedBridge(first, second, SystemRandomSource.Instance, TimeProvider.System);
            Apply(bridge, parsed);
            using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            new Thread(() => FollowInput(bridge)) { IsBackground = true, Name = "input" }.Start();
            Console.WriteLine($"bridging {first} and {second}");
            bridge.Run();
            var (sent, lost) = bridge.Count;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sent} frames, {lost} lost"));
            return 0;

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                bridge.Stop();
            }
        }
        catch (ImpairmentException exception)
        {
            Console.Error.WriteLine("parley impair: " + exception.Message);
            return 2;
        }
    }

    private static void FollowInput(ImpairedBridge bridge)
    {
        var line = new Command("link");
        foreach (var option in Link.All) line.Options.Add(option);
        while (Console.ReadLine() is { } text)
        {
            var parsed = line.Parse(text);
            foreach (var error in parsed.Errors) Console.Error.WriteLine("parley impair: " + error.Message);
            if (parsed.Errors.Count > 0) continue;
            Apply(bridge, parsed);
            Console.WriteLine($"now {text.Trim()}");
        }
    }

    private static void Apply(ImpairedBridge bridge, ParseResult parsed)
    {
        var conditions = Link.Read(parsed);
        var direction = Link.ReadDirection(parsed);
        if (direction != LinkDirection.Backward) bridge.Forward = conditions;
        if (direction != LinkDirection.Forward) bridge.Backward = conditions;
    }
}
