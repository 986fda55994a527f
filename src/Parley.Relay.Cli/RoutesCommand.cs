using System.CommandLine;
using System.Globalization;
using System.Text;
using Parley.Net.Routes;

namespace Parley.Relay.Cli;

/// <summary><c>parley routes open</c>: what the ufrag of a call says, for whoever looks for a call that does not come.</summary>
public static class RoutesCommand
{
    public static Command Create() => new("routes", "Look into the sealed routes of calls.") { CreateOpen() };

    internal static int Open(string ufrag, FileInfo file, TimeProvider time, TextWriter output, TextWriter error)
    {
        try
        {
            using var opener = new RouteOpener(RouteKeyFile.Load(file.FullName), time);
            // The client's half may hang on it, as in a check's USERNAME.
            var status = opener.Open(Encoding.UTF8.GetBytes(ufrag.Split(':')[0]), out var route);
            if (status is RouteStatus.Ok or RouteStatus.Expired)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cluster {route.Cluster}, node {route.Node}, {(status == RouteStatus.Ok ? "holds until" : "expired at")} {route.ExpiresAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
            else
                output.WriteLine(Explain(status));
            return status == RouteStatus.Ok ? 0 : 1;
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"parley routes open: {file.FullName}: {exception.Message}");
            return 2;
        }
    }

    private static Command CreateOpen()
    {
        var ufrag = new Argument<string>("ufrag") { Description = "The server's ufrag: a=ice-ufrag of the answer, or a check's USERNAME" };
        var keys = RouteKeysCommand.KeysOption();
        var command = new Command("open", "Print the cluster, the node and the expiry that a ufrag carries.") { ufrag, keys };
        command.SetAction(parsed => Open(parsed.GetValue(ufrag)!, parsed.GetValue(keys)!, TimeProvider.System, Console.Out, Console.Error));
        return command;
    }

    private static string Explain(RouteStatus status) => status switch
    {
        RouteStatus.UnknownKey => "Its key is not in this file, or has retired.",
        RouteStatus.NotAuthentic => "The seal does not hold: it was changed, or sealed with the keys of another fleet.",
        _ => $"This is no sealed route: one has {SealedRoute.UfragLength} characters.",
    };
}
