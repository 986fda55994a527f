using System.Net;
using Parley.Net;
using Parley.Net.Forwarding;
using Parley.Net.Routes;

namespace Parley.Benchmarks.Relay;

/// <summary>
/// The forwarder of Parley.Net in a process of its own: one worker, and routing that sends media of new sources to the transceiver that they name and
/// judges checks by their seal, as the relay does.
/// </summary>
internal static class RelayProcess
{
    public const string Verb = "relay-forwarder";

    /// <summary>The first line says the public and the inner port; each line of input is answered by the figures that <see cref="RelayFigures"/> reads. Ends with its input.</summary>
    /// <param name="arguments">Bundles (0 or 1), the first transceiver's port, how many transceivers there are.</param>
    public static void Run(string[] arguments)
    {
        if (arguments is not [var bundles, var nodePort, var nodes]) throw new BenchmarkException($"{Verb} takes three arguments.");
        var random = SystemRandomSource.Instance;
        var ring = RouteKeyRing.Create(random, TimeProvider.System.GetUtcNow());
        var config = new ForwarderConfig
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Inner = new IPEndPoint(IPAddress.Loopback, 0),
            BundlesPackets = bundles == "1",
        };
        using var routing = new NamedRouting(ring, Number(nodePort), Number(nodes));
        using var group = ForwarderGroup.Bind(config, new MonotonicClock(TimeProvider.System), _ => routing);
        group.Start();
        var worker = group.Workers[0];
        Console.WriteLine($"{group.LocalEndPoint.Port} {worker.InnerEndPoint.Port}");
        while (Console.ReadLine() is not null)
        {
            var counters = worker.Counters;
            var figures = new RelayFigures(worker.FlowCount, counters[ForwarderCounter.FlowsBegun], counters[ForwarderCounter.Unroutable], worker.KernelDrops);
            Console.WriteLine(figures.Print());
        }
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
