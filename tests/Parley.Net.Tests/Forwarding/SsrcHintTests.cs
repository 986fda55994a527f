using Parley.Net.Forwarding;

namespace Parley.Net.Tests.Forwarding;

public sealed class SsrcHintTests
{
    private readonly FlowRig _rig = new();

    [Fact]
    public void An_ssrc_leads_to_the_transceiver_of_its_flow()
    {
        _rig.Table.Learn(Verified(1), 0xABCD);
        Assert.True(_rig.Table.TryFindNode(0xABCD, out var node));
        Assert.Equal(_rig.First, node);
        Assert.False(_rig.Table.TryFindNode(0xABCE, out _));
        Assert.False(_rig.Table.TryFindNode(0, out _));
    }

    [Fact]
    public void A_flow_has_two_and_the_older_gives_way()
    {
        var place = Verified(1);
        for (uint ssrc = 1; ssrc <= 1000; ssrc++) _rig.Table.Learn(place, ssrc);
        Assert.Equal(2, _rig.Table.HintCount);
        Assert.True(_rig.Table.TryFindNode(1000, out _));
        Assert.True(_rig.Table.TryFindNode(999, out _));
        Assert.False(_rig.Table.TryFindNode(998, out _));
    }

    [Fact]
    public void It_ends_with_its_flow()
    {
        var place = Verified(1);
        _rig.Table.Learn(place, 5);
        _rig.Table.Learn(place, 6);
        _rig.Table.Remove(place, FlowEnd.Expired);
        Assert.Equal(0, _rig.Table.HintCount);
    }

    [Fact]
    public void It_moves_with_the_client_within_a_transceiver()
    {
        var old = Verified(1);
        _rig.Table.Learn(old, 5);
        _rig.Table.Learn(Verified(2), 5);
        _rig.Table.Remove(old, FlowEnd.Expired);
        Assert.True(_rig.Table.TryFindNode(5, out _));
        Assert.Equal(0, _rig.Table.SsrcConflicts);
    }

    [Fact]
    public void A_client_of_another_transceiver_cannot_take_it_away()
    {
        _rig.Table.Learn(Verified(1), 5);
        var stranger = _rig.Table.Add(FlowRig.Client(2), _rig.Second, _rig.Now);
        _rig.Table.Confirm(stranger, FlowState.Verified);
        _rig.Table.Learn(stranger, 5);
        Assert.True(_rig.Table.TryFindNode(5, out var node));
        Assert.Equal(_rig.First, node);
        Assert.Equal(1, _rig.Table.SsrcConflicts);
    }

    private int Verified(int client)
    {
        var place = _rig.Add(client);
        _rig.Table.Confirm(place, FlowState.Verified);
        return place;
    }
}
