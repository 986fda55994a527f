using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Parley.Relay.Configuration;

namespace Parley.Relay.Cli;

/// <summary><c>parley relay</c>: forwards calls from their clients to the transceivers that own them.</summary>
public static class RelayCommand
{
    public static Command Create()
    {
        var command = new Command("relay", "Forward calls from their clients to the transceivers that own them.");
        Fill(command);
        return command;
    }

    /// <summary>Makes a command, which may be the root, the relay.</summary>
    internal static void Fill(Command command)
    {
        var options = new RelayOptionSet();
        foreach (var option in options.All) command.Options.Add(option);
        command.SetAction(parsed => Run(options.Read(parsed), parsed.GetValue(options.Json)));
    }

    private static int Run(RelayOptions options, bool asJson)
    {
        try
        {
            using var relay = RelayServer.Start(RelayConfig.From(options), TimeProvider.System, new ConsoleEvents(Console.Error));
            using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            RelayAnnouncement.Print(relay.Addresses, asJson, Console.Out);
            relay.WaitForEnd();
            return 0;

            void Stop(PosixSignalContext signal)
            {
                // The process ends when the relay has.
                signal.Cancel = true;
                relay.RequestStop();
            }
        }
        catch (RelayConfigurationException exception)
        {
            return Refuse(exception.Message);
        }
        catch (SocketException exception)
        {
            return Refuse($"a port cannot be had: {exception.Message.TrimEnd('.')}. Choose others with --listen, --tcp, --inner or --metrics.");
        }
        catch (PlatformNotSupportedException exception)
        {
            return Refuse(exception.Message);
        }
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine("parley relay: " + message);
        return 2;
    }
}
