using CsCheck;
using Parley.Net.Forwarding;
using Parley.Simulation;

namespace Parley.Net.Tests.Forwarding;

public sealed class FlowTableTests
{
    [Fact]
    public void A_flow_is_found_by_address_port_and_protocol()
    {
        var rig = new FlowRig();
        var client = FlowRig.Client(1);
        var place = rig.Table.Add(client, rig.First, rig.Now);
        Assert.Equal(place, rig.Table.Find(client));
        Assert.Equal(client, rig.Table[place].Client);
        Assert.Equal(Flow.None, rig.Table.Find(client with { Port = 1 }));
        Assert.Equal(Flow.None, rig.Table.Find(client with { Protocol = TransportProtocol.Tcp }));
        Assert.Equal(Flow.None, rig.Table.Find(client with { Ip = client.Ip + 1 }));
    }

    [Fact]
    public void An_unconfirmed_flow_goes_after_ten_seconds_and_another_after_sixty_without_a_packet()
    {
        var rig = new FlowRig();
        rig.Add(1);
        rig.Table.Confirm(rig.Add(2), FlowState.Verified);
        rig.PassSeconds(8);
        Assert.Equal(2, rig.Table.Count);
        rig.PassSeconds(3);
        Assert.Equal(Flow.None, rig.Table.Find(FlowRig.Client(1)));
        rig.PassSeconds(48);
        Assert.Equal(1, rig.Table.Count);
        rig.PassSeconds(3);
        Assert.Equal(0, rig.Table.Count);
        Assert.Equal(2, rig.Table.Ends[FlowEnd.Expired]);
        Assert.Equal(0, rig.Nodes[rig.First].Flows);
        Assert.True(rig.Table.NextDeadline.IsNever);
    }

    [Fact]
    public void Packets_keep_a_flow()
    {
        var rig = new FlowRig();
        var place = rig.Add(1);
        rig.Table.Confirm(place, FlowState.Verified);
        for (var i = 0; i < 20; i++)
        {
            rig.PassSeconds(45);
            rig.Table.Touch(place, rig.Now);
        }
        Assert.Equal(1, rig.Table.Count);
        rig.PassSeconds(62);
        Assert.Equal(0, rig.Table.Count);
    }

    [Fact]
    public void A_full_table_evicts_unconfirmed_flows_and_never_others()
    {
        var rig = new FlowRig(maxFlows: 8);
        for (var i = 0; i < 6; i++) rig.Table.Confirm(rig.Add(i), FlowState.Confirmed);
        for (var i = 6; i < 100; i++) Assert.NotEqual(Flow.None, rig.Add(i));
        Assert.Equal(8, rig.Table.Count);
        Assert.Equal(92, rig.Table.Ends[FlowEnd.Evicted]);
        for (var i = 0; i < 6; i++) Assert.NotEqual(Flow.None, rig.Table.Find(FlowRig.Client(i)));
        rig.Table.Confirm(rig.Table.Find(FlowRig.Client(98)), FlowState.Confirmed);
        rig.Table.Confirm(rig.Table.Find(FlowRig.Client(99)), FlowState.Confirmed);
        Assert.Equal(Flow.None, rig.Add(200));
    }

    [Fact]
    public void Whoever_crowds_gives_way_first_even_when_others_are_older()
    {
        var rig = new FlowRig(maxFlows: 12);
        for (var i = 0; i < 3; i++) rig.Add(i, network: (byte)(10 + i));
        for (var i = 0; i < 500; i++) rig.Add(i, network: 99);
        for (var i = 0; i < 3; i++) Assert.NotEqual(Flow.None, rig.Table.Find(FlowRig.Client(i, (byte)(10 + i))));
    }

    [Fact]
    public void A_crowd_that_expires_at_once_is_looked_at_in_pieces()
    {
        var rig = new FlowRig(maxFlows: 5000);
        for (var i = 0; i < 5000; i++) rig.Table.Add(FlowRig.Client(i % 256, (byte)(i / 256)) with { Port = (ushort)(i + 1) }, rig.First, rig.Now);
        var later = rig.Now + TimeSpan.FromSeconds(11);
        rig.Table.HandleTimeout(later);
        Assert.InRange(rig.Table.Count, 1, 4999);
        Assert.True(rig.Table.NextDeadline <= later);
        for (var i = 0; i < 20; i++) rig.Table.HandleTimeout(later);
        Assert.Equal(0, rig.Table.Count);
    }

    [Fact]
    public void Another_transceiver_takes_a_flow_over_unconfirmed()
    {
        var rig = new FlowRig();
        var place = rig.Add(1);
        rig.Table.Confirm(place, FlowState.Verified);
        rig.Table.Learn(place, 77);
        rig.Table.Reroute(place, rig.Second);
        Assert.Equal(rig.Second, rig.Table[place].Node);
        Assert.Equal(FlowState.Unconfirmed, rig.Table[place].State);
        Assert.Equal(0, rig.Nodes[rig.First].Flows);
        Assert.Equal(1, rig.Nodes[rig.Second].Flows);
        Assert.False(rig.Table.TryFindNode(77, out _));
    }

    /// <summary>Against a dictionary: whatever happens in whatever order, the table holds what it should, and every way to a flow leads to it.</summary>
    [Fact]
    public void It_agrees_with_a_simple_model_through_any_history()
    {
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 60], Gen.UInt[0, 20]).Array[0, 400].Sample(steps =>
        {
            var rig = new FlowRig(maxFlows: 16);
            var model = new Dictionary<TransportAddress, int>();
            foreach (var (what, number, ssrc) in steps)
            {
                var client = FlowRig.Client(number);
                var place = rig.Table.Find(client);
                Assert.Equal(model.GetValueOrDefault(client, Flow.None), place);
                switch (what)
                {
                    case 0 or 1 when place == Flow.None:
                        var full = rig.Table.Count == 16;
                        place = rig.Table.Add(client, number % 2 == 0 ? rig.First : rig.Second, rig.Now);
                        // Who was evicted had this place.
                        if (full) foreach (var gone in model.Where(pair => pair.Value == place).Select(pair => pair.Key).ToList()) model.Remove(gone);
                        if (place != Flow.None) model[client] = place;
                        break;
                    case 2 when place != Flow.None:
                        rig.Table.Confirm(place, FlowState.Verified);
                        rig.Table.Learn(place, ssrc);
                        break;
                    case 3 when place != Flow.None:
                        rig.Table.Remove(place, FlowEnd.Disconnected);
                        model.Remove(client);
                        break;
                    case 4 when place != Flow.None:
                        rig.Table.Reroute(place, rig.Table[place].Node == rig.First ? rig.Second : rig.First);
                        break;
                }
                Assert.Equal(model.Count, rig.Table.Count);
                Assert.Equal(model.Count, rig.Nodes[rig.First].Flows + rig.Nodes[rig.Second].Flows);
                Assert.Equal(model.Values.Count(each => rig.Table[each].State == FlowState.Unconfirmed), rig.Table.UnconfirmedCount);
                var hinted = model.Values.SelectMany(each => new[] { rig.Table[each].Ssrc, rig.Table[each].OlderSsrc }).Where(each => each != 0).ToList();
                Assert.Equal(hinted.Count, rig.Table.HintCount);
                foreach (var each in hinted) Assert.True(rig.Table.TryFindNode(each, out _));
            }
            rig.PassSeconds(70);
            Assert.Equal(0, rig.Table.Count);
            Assert.Equal(0, rig.Table.HintCount);
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void A_flood_of_new_flows_and_their_end_allocates_nothing()
    {
        var rig = new FlowRig(maxFlows: 256);
        Flood();
        Assert.Equal(0, AllocationMeter.Undisturbed(Flood));

        void Flood()
        {
            for (var i = 0; i < 2000; i++)
            {
                var place = rig.Table.Add(TransportAddress.FromIPv4((uint)i, (ushort)i), rig.First, rig.Now);
                if (i % 50 == 0) rig.Table.Learn(place, (uint)i);
            }
            for (var i = 0; i < 2000; i++)
                if (rig.Table.Find(TransportAddress.FromIPv4((uint)i, (ushort)i)) is var place and not Flow.None) rig.Table.Remove(place, FlowEnd.Expired);
        }
    }
}
