using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

[Collection(AllocationTestCollection.Name)]
public sealed class FootprintTests
{
    private const int Limit = 64 * 1024;

    [Fact]
    public void An_established_idle_peer_occupies_at_most_64_KiB_managed_and_native_together()
    {
        var footprint = PeerFootprint.Measure(pairs: 100);
        TestContext.Current.TestOutputHelper?.WriteLine($"{footprint.Managed} bytes managed, {footprint.Native} native");
        Assert.InRange(footprint.Total, 1, Limit);
    }
}
