using CsCheck;
using Parley.Simulation;

namespace Parley.Transceiver.Tests;

public sealed class CallIdTests
{
    [Fact]
    public void An_id_tells_the_cluster_and_the_node_that_it_was_made_with() => Gen.Select(Gen.UShort, Gen.UShort, Gen.ULong).Sample((cluster, node, seed) =>
    {
        var text = new CallId(cluster, node).Create(new SeededRandom(seed));
        Assert.Matches("^rtc_[a-z2-7]{32}$", text);
        Assert.True(CallId.TryParse(text, out var id));
        Assert.Equal((cluster, node), (id.Cluster, id.Node));
    });

    [Fact]
    public void Ids_of_the_same_node_differ()
    {
        var random = new SeededRandom(1);
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => new CallId(1, 7).Create(random)).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("rtc_")]
    [InlineData("rtc_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("rtc_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("rtc_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1")]
    [InlineData("rtc_Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("sess_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void What_is_no_id_names_nobody(string text) => Assert.False(CallId.TryParse(text, out _));
}
