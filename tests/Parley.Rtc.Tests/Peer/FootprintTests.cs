using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

[Collection(AllocationTestCollection.Name)]
public sealed class FootprintTests
{
    private const int Limit = 64 * 1024;

    [Fact]
    public void An_established_idle_peer_occupies_at_most_64_KiB_managed_and_native_together()
    {
        // Memory that other tests left and that is swept up, or made ready for use, in between counts too: the least of some measurements has least of it.
        var footprint = Enumerable.Range(0, 4).Select(_ => PeerFootprint.Measure(pairs: 100)).MinBy(measured => measured.Total);
        TestContext.Current.TestOutputHelper?.WriteLine($"{footprint.Managed} bytes managed, {footprint.Native} native");
        Assert.InRange(footprint.Total, 1, Limit);
    }
}
