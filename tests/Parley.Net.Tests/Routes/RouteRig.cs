using System.Text;
using Parley.Net.Routes;
using Parley.Simulation;

namespace Parley.Net.Tests.Routes;

/// <summary>A sealer and an opener on one virtual clock.</summary>
internal sealed class RouteRig
{
    public RouteRig()
    {
        Time = new VirtualTimeProvider(Clock);
        Ring = RouteKeyRing.Create(Random, Time.GetUtcNow());
        Sealer = new RouteSealer(Ring, Time, Random);
        Opener = new RouteOpener(Ring, Time);
    }

    public VirtualClock Clock { get; } = new();

    public VirtualTimeProvider Time { get; }

    public SeededRandom Random { get; } = new(5);

    public RouteKeyRing Ring { get; }

    public RouteSealer Sealer { get; }

    public RouteOpener Opener { get; }

    public static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    public RouteStatus Open(string ufrag, out CallRoute route) => Opener.Open(Bytes(ufrag), out route);

    public RouteStatus Open(string ufrag) => Open(ufrag, out _);
}
