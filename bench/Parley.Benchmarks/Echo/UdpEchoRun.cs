using System.Globalization;
using Parley.Benchmarks.Echo.Sockets;
using Parley.Net;

namespace Parley.Benchmarks.Echo;

/// <summary>The yardstick under the load of as many callers.</summary>
internal static class UdpEchoRun
{
    public static async Task<SteadyRun> MeasureAsync(int core, int flows, TimeSpan length, CancellationToken cancellationToken)
    {
        await using var server = await PinnedProcess.StartAsync(core, typeof(UdpEchoRun).Assembly.Location, UdpEcho.Verb);
        using var port = new ManyAddressPort(int.Parse(server.FirstLine, CultureInfo.InvariantCulture));
        var tally = new FrameTally();
        using var loop = new FlowLoop(port, new MonotonicClock(TimeProvider.System));
        for (var i = 0; i < flows; i++) await loop.AddAsync(new PlainFlow(tally), _ => { });
        return await SteadyRun.MeasureAsync(server, loop, tally, flows, length, cancellationToken);
    }
}
