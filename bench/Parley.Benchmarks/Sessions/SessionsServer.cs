using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Hosting;

namespace Parley.Benchmarks.Sessions;

/// <summary>The server, as a program of its own: everything that <c>parley serve</c> has on its WebSockets, with models that take no time.</summary>
internal static class SessionsServer
{
    public const string Verb = "sessions-server";

    /// <summary>Prints where it is with its first line, and serves until it is ended.</summary>
    public static async Task RunAsync(int maxSessions)
    {
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(InstantModels.Create());
        builder.Services.AddParley(parley => parley.Server = parley.Server with { UdpListen = "127.0.0.1", UdpPort = 0, MaxCalls = maxSessions });
        await using var app = builder.Build();
        app.MapRealtime();
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await app.WaitForShutdownAsync();
    }
}
