using System.Text;
using Parley.Benchmarks.Measuring;
using Parley.Benchmarks.Results;
using Parley.Net;
using Parley.Net.Routes;

namespace Parley.Benchmarks.Relay;

/// <summary>What a first packet costs before it is forwarded or dropped.</summary>
internal static class RouteContenders
{
    private const int Batch = 200;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    public static void Add(List<BenchmarkResult> results)
    {
        var ring = RouteKeyRing.Create(SystemRandomSource.Instance, TimeProvider.System.GetUtcNow());
        using var opener = new RouteOpener(ring, TimeProvider.System);
        var good = Encoding.ASCII.GetBytes(new RouteSealer(ring, TimeProvider.System, SystemRandomSource.Instance).Seal(1, 7, TimeSpan.FromHours(1)).Ufrag);
        var forged = good.ToArray();
        forged[^1] = forged[^1] == (byte)'A' ? (byte)'B' : (byte)'A';
        Contender[] contenders = [Opening(good, RouteStatus.Ok), Opening(forged, RouteStatus.NotAuthentic)];
        var times = Race.MedianNanoseconds(Length, contenders);
        results.Add(new("route.open", times[0], "ns"));
        results.Add(new("route.refuse", times[1], "ns"));
        results.Add(new("route.allocated", contenders.Max(Race.BytesAllocated), "bytes", Goal: Goal.AtMost(0)));

        Contender Opening(byte[] ufrag, RouteStatus expected) => new(Batch, () => { }, () =>
        {
            for (var i = 0; i < Batch; i++)
                if (opener.Open(ufrag, out _) != expected) throw new BenchmarkException("A route was not judged as it should be.");
        });
    }
}
