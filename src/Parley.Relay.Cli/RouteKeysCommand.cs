using System.CommandLine;
using System.Globalization;
using Parley.Net;
using Parley.Net.Routes;

namespace Parley.Relay.Cli;

/// <summary><c>parley keys rotate</c> and <c>parley keys list</c>: the secrets that relays and transceivers share.</summary>
public static class RouteKeysCommand
{
    /// <summary>By then every node has read the file: they look once a second, and a file that is handed round by an orchestrator takes a minute or two.</summary>
    private static readonly TimeSpan DefaultLead = TimeSpan.FromMinutes(5);

    /// <summary>Longer than the longest session that a server may be configured for (24 hours).</summary>
    private static readonly TimeSpan DefaultOverlap = TimeSpan.FromHours(25);

    public static Command CreateRotate()
    {
        var keys = KeysOption();
        var lead = DurationOption.Create("--lead", DefaultLead, "Until the new key seals: every relay and transceiver must have the file by then [default: 5m]");
        var overlap = DurationOption.Create("--overlap", DefaultOverlap, "How long the keys before it go on opening after that: no less than the longest session [default: 25h]");
        var command = new Command("rotate", "Add a new key that routes are sealed with, and retire those before it; makes the file when there is none.") { keys, lead, overlap };
        command.SetAction(parsed => Rotate(parsed.GetValue(keys)!, parsed.GetValue(lead), parsed.GetValue(overlap), TimeProvider.System, SystemRandomSource.Instance, Console.Out, Console.Error));
        return command;
    }

    public static Command CreateList()
    {
        var keys = KeysOption();
        var command = new Command("list", "Print which keys a file has and when they hold, and no secret.") { keys };
        command.SetAction(parsed => List(parsed.GetValue(keys)!, TimeProvider.System, Console.Out, Console.Error));
        return command;
    }

    internal static int Rotate(FileInfo file, TimeSpan lead, TimeSpan overlap, TimeProvider time, IRandomSource random, TextWriter output, TextWriter error)
    {
        try
        {
            var now = time.GetUtcNow();
            var ring = File.Exists(file.FullName) ? RouteKeyFile.Load(file.FullName).Rotate(random, now, lead, overlap) : RouteKeyRing.Create(random, now);
            RouteKeyFile.Save(file.FullName, ring);
            Print(ring, now, output);
            return 0;
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            return Refuse("rotate", file, exception, error);
        }
    }

    internal static int List(FileInfo file, TimeProvider time, TextWriter output, TextWriter error)
    {
        try
        {
            Print(RouteKeyFile.Load(file.FullName), time.GetUtcNow(), output);
            return 0;
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            return Refuse("list", file, exception, error);
        }
    }

    internal static Option<FileInfo> KeysOption() => new("--keys") { Required = true, Description = "File of the route keys" };

    private static void Print(RouteKeyRing ring, DateTimeOffset now, TextWriter output)
    {
        var sealing = ring.SealingKey(now);
        foreach (var key in ring.Keys)
        {
            var state = key == sealing ? "seals and opens" : key.IsRetired(now) ? "retired" : key.NotBefore > now ? "opens, and seals later" : "opens";
            output.WriteLine($"key {key.Id.ToString(CultureInfo.InvariantCulture),2}  seals from {Print(key.NotBefore)}  opens until {(key.RetireAfter is { } end ? Print(end) : "the next rotation"),-20}  {state}");
        }
    }

    private static string Print(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static bool IsOfTheFile(Exception exception) =>
        exception is FormatException or InvalidOperationException or IOException or UnauthorizedAccessException;

    private static int Refuse(string verb, FileInfo file, Exception exception, TextWriter error)
    {
        error.WriteLine($"parley keys {verb}: {file.FullName}: {exception.Message}");
        return 2;
    }
}
