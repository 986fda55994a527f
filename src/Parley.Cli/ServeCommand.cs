using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parley.Hosting;
using Parley.Hosting.Configuration;
using Parley.Speech;
using Parley.Transceiver;
using Spectre.Console;

namespace Parley.Cli;

/// <summary><c>parley serve</c>: the server and the talk page.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Create()
    {
        var options = new ServeOptions();
        var command = new Command(Name, "Serve the talk page and the Realtime API.");
        foreach (var option in options.All) command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => RunAsync(() => options.Read(parsed), parsed.GetValue(options.Json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Func<ParleyOptions> read, bool asJson, CancellationToken cancellationToken)
    {
        ParleyConfig? config = null;
        try
        {
            config = ParleyConfig.From(read());
            await using var app = ParleyServer.Create(config);
            await app.StartAsync(cancellationToken);
            Announce(app, config, asJson);
            // Who asks twice does not want to wait for calls.
            var transceiver = app.Services.GetRequiredService<CallTransceiver>();
            using var impatience = new SecondSignal(transceiver.BeginDrain);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception exception) when (exception is ConfigurationException or SpeechException or DllNotFoundException)
        {
            return Refuse(exception.Message);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return Refuse($"HTTP cannot be served at {config?.Server.Http}: {exception.Message.TrimEnd('.')}. Choose another place with --port or --listen.");
        }
    }

    private static void Announce(WebApplication app, ParleyConfig config, bool asJson)
    {
        var addresses = ParleyServer.AddressesOf(app);
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { ready = true, url = addresses.Http.ToString(), udp_port = HasCalls(config) ? addresses.Udp.Port : (int?)null, tcp_port = addresses.Tcp?.Port, certificate_sha256 = addresses.CertificateFingerprint }));
            return;
        }
        AnsiConsole.MarkupLine($"[bold]Parley[/] {ParleyServer.Version}");
        var grid = new Grid().AddColumn(new GridColumn().PadRight(3)).AddColumn();
        grid.AddRow("  Talk page", $"[link]{addresses.Http.ToString().EscapeMarkup()}[/]");
        grid.AddRow("  Calls", CallsOf(addresses, config).EscapeMarkup());
        if (addresses.CertificateFingerprint is { } fingerprint) grid.AddRow("  Certificate", $"SHA-256 {fingerprint}{(config.Server.Tls!.Files is null ? " (self-signed: for development)" : "")}");
        if (config.Server.Agent == AgentKind.Echo) grid.AddRow("  Agent", "echo: what is said comes back");
        else grid.AddRow("  Models", $"{config.Names.Recognizer} → {config.Names.Chat} → {config.Names.Synthesizer}".EscapeMarkup());
        AnsiConsole.Write(grid);
        if (config.Server.Agent == AgentKind.Models && config.Speech.HasEmbeddedRecognizer)
            AnsiConsole.MarkupLine("  The embedded recogniser knows a short list of phrases: [bold]./parley phrases[/] prints it.");
        AnsiConsole.MarkupLine("  Ctrl+C ends it.");
    }

    private static bool HasCalls(ParleyConfig config) => config.Server.Node is not { HasCalls: false };

    private static string CallsOf(ServerAddresses addresses, ParleyConfig config) => config.Server.Node switch
    {
        null => $"UDP port {addresses.Udp.Port}, {(addresses.Tcp is { } tcp ? $"TCP port {tcp.Port}" : OperatingSystem.IsLinux() ? "no TCP" : "no TCP (it needs Linux)")}, at {string.Join(", ", config.Server.Advertised)}",
        { HasCalls: true } node => $"by way of relays at {string.Join(", ", node.Ingresses.Select(ingress => ingress.Udp))}, which reach node {node.Node} of cluster {node.Cluster} at UDP port {addresses.Udp.Port}",
        { } node => $"none here: other nodes of cluster {node.Cluster} have them",
    };

    private static int Refuse(string message)
    {
        Console.Error.WriteLine("parley serve: " + message);
        return 2;
    }
}
