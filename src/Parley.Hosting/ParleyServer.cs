using System.Net;
using System.Net.Security;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;
using Parley.Hosting.Console;
using Parley.Hosting.Endpoints;
using Parley.Hosting.Fleet;
using Parley.Hosting.Tls;
using Parley.Realtime.Settings;
using Parley.Transceiver;

namespace Parley.Hosting;

/// <summary>The whole server, as <c>parley serve</c> runs it: the Realtime API and the talk page.</summary>
public static class ParleyServer
{
    /// <summary>An SDP offer, or a session with tools and instructions, and room to spare.</summary>
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Settings of the host are read once: a watcher of the folder would wake the process for every file that anybody writes there.</summary>
    private const string NoWatching = "--hostBuilder:reloadConfigOnChange=false";

    public static string Version { get; } =
        typeof(ParleyServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Builds the server; nothing is opened before it starts.</summary>
    public static WebApplication Create(ParleyConfig config) => Create(config, []);

    /// <param name="config">Of Parley.</param>
    /// <param name="hostArguments">Settings of ASP.NET Core, as a command line gives them.</param>
    internal static WebApplication Create(ParleyConfig config, string[] hostArguments)
    {
        ArgumentNullException.ThrowIfNull(config);
        var builder = WebApplication.CreateSlimBuilder([NoWatching, .. hostArguments]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(config.Server.Http, listen =>
            {
                if (kestrel.ApplicationServices.GetService<ServerCertificate>() is { } certificate) listen.UseHttps(HandshakeOf(certificate));
            });
        });
        builder.Logging.ClearProviders();
        // Standard output belongs to what the command prints; the log goes to standard error.
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // What ends the host is thrown to whoever started it, who can say it better than a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        return Build(builder, config);
    }

    /// <summary>Adds and maps everything, whatever the server underneath is.</summary>
    internal static WebApplication Build(WebApplicationBuilder builder, ParleyConfig config)
    {
        builder.Services.AddParley(config, SessionSettings.Default with { Instructions = config.Speech.Instructions });
        if (config.Server.Tls is { } tls)
            builder.Services.AddSingleton(services => new ServerCertificate(
                tls, config.Server.Hosts, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ServerCertificate>>()));
        builder.WebHost.ConfigureKestrel(kestrel => FleetServices.Listen(kestrel, config.Server.Node));
        var app = builder.Build();
        FleetServices.Guard(app, config.Server.Node);
        // The API's endpoints have this around them already; here it is for the talk page, and for paths that lead nowhere.
        app.UseWhen(context => context.GetEndpoint()?.Metadata.GetMetadata<RealtimeEndpointMark>() is null && !NodeDoor.WasPassedBy(context), rest =>
        {
            rest.UseWhen(context => context.Request.Path.StartsWithSegments(Prefix), api => api.UseMiddleware<ErrorBodies>());
            rest.UseMiddleware<BrowserGuard>();
            rest.UseCors(ParleyServiceExtensions.CorsPolicy);
        });
        app.MapRealtime(Prefix);
        HealthEndpoint.Map(app);
        ConsoleInfo.Map(app, config);
        app.MapConsole();
        FleetServices.Map(app, config.Server.Node);
        return app;
    }

    /// <summary>Where a started server can be reached, with the real ports where the configuration said 0.</summary>
    public static ServerAddresses AddressesOf(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var http = new UriBuilder(address);
        // "Any address" is no address to type; loopback is one that works here.
        if (IPAddress.TryParse(http.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) || IPAddress.IsLoopback(ip)))
            http.Host = ip.Equals(IPAddress.IPv6Loopback) ? "[::1]" : "localhost";
        var transceiver = app.Services.GetRequiredService<CallTransceiver>();
        return new ServerAddresses(http.Uri, transceiver.LocalEndPoint, transceiver.TcpEndPoint, app.Services.GetService<ServerCertificate>()?.Fingerprint);
    }

    private static TlsHandshakeCallbackOptions HandshakeOf(ServerCertificate certificate) => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        }),
    };

    private const string Prefix = "/v1";
}
