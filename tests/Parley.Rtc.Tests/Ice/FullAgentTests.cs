using Parley.Rtc.Ice;
using Parley.Rtc.Stun;

namespace Parley.Rtc.Tests.Ice;

[Collection(AllocationTestCollection.Name)]
public sealed class FullAgentTests
{
    private static readonly TransportAddress Dead = TransportAddress.FromIPv4(0x0A000009, 9);

    [Fact]
    public void Both_sides_select_the_pair_that_works_and_can_send_after_one_round_trip_and_a_half()
    {
        using var stage = new IceStage();
        stage.Callee.Useless.Add(Dead);
        stage.Describe();
        stage.RunUntilSelected();
        Assert.Equal(IceStage.CalleeAddress, stage.Caller.Agent.Paths.Selected);
        Assert.Equal(IceStage.CallerAddress, stage.Callee.Agent.Paths.Selected);
        Assert.InRange(stage.Clock.Now.TotalMilliseconds, 60, 110);
        Assert.Equal(40, stage.Caller.Agent.RoundTripTime!.Value.TotalMilliseconds, 0.001);
    }

    [Fact]
    public void The_controlling_side_nominates_and_the_controlled_one_never_does()
    {
        using var stage = new IceStage(calleeAddresses: [IceStage.CalleeAddress, IceStage.CalleeAddress with { Port = 2001 }]);
        stage.Describe();
        stage.RunFor(20);
        Assert.Contains(Requests(stage.Caller), request => request.UseCandidate);
        Assert.DoesNotContain(Requests(stage.Callee), request => request.UseCandidate);
        Assert.All(Requests(stage.Caller), request => Assert.True(request.IsControlling));
        Assert.All(Requests(stage.Callee), request => Assert.False(request.IsControlling));
    }

    [Fact]
    public void The_best_pair_is_nominated_by_its_first_check_and_another_when_it_is_chosen()
    {
        using var stage = new IceStage();
        stage.Callee.Useless.Add(Dead);
        stage.Describe();
        stage.RunFor(0.5);
        var toWorking = Requests(stage.Caller).Where(request => request.To == IceStage.CalleeAddress).ToList();
        Assert.Equal([false, true], toWorking.Take(2).Select(request => request.UseCandidate));
        Assert.True(Requests(stage.Caller).First(request => request.To == Dead).UseCandidate);
    }

    [Fact]
    public void A_better_pair_that_answers_later_takes_over_on_both_sides()
    {
        var better = TransportAddress.FromIPv4(0x0A000003, 2000);
        using var stage = new IceStage(calleeAddresses: [better, IceStage.CalleeAddress]);
        var isOpen = false;
        stage.Passes = (_, to) => to != better || isOpen;
        stage.Describe();
        stage.RunFor(0.3);
        Assert.Equal(IceStage.CalleeAddress, stage.Caller.Agent.Paths.Selected);
        isOpen = true;
        stage.RunFor(2);
        Assert.Equal(better, stage.Caller.Agent.Paths.Selected);
    }

    [Fact]
    public void Once_a_pair_works_worse_ones_are_left_alone()
    {
        using var stage = new IceStage(calleeAddresses: [IceStage.CalleeAddress, Dead]);
        stage.Delay = TimeSpan.FromMilliseconds(5);
        stage.Describe();
        stage.RunFor(20);
        Assert.DoesNotContain(stage.Caller.Sent, sent => sent.To == Dead);
    }

    [Fact]
    public void When_the_pair_in_use_falls_silent_another_is_found_before_consent_is_lost()
    {
        var second = TransportAddress.FromIPv4(0x0A000003, 2000);
        using var stage = new IceStage(calleeAddresses: [IceStage.CalleeAddress, second]);
        stage.Describe();
        stage.RunFor(20);
        Assert.Equal(IceStage.CalleeAddress, stage.Caller.Agent.Paths.Selected);
        stage.Passes = (from, to) => from != IceStage.CalleeAddress && to != IceStage.CalleeAddress;
        stage.Callee.Addresses.Remove(IceStage.CalleeAddress);
        stage.RunFor(20);
        Assert.Equal(second, stage.Caller.Agent.Paths.Selected);
        stage.RunFor(60);
        Assert.False(stage.Caller.Agent.IsConsentExpired);
        Assert.False(stage.Callee.Agent.IsConsentExpired);
    }

    [Fact]
    public void When_packets_cease_on_the_pair_in_use_another_is_found_within_two_seconds()
    {
        var second = TransportAddress.FromIPv4(0x0A000003, 2000);
        using var stage = new IceStage(callee: IceMode.Lite, calleeAddresses: [IceStage.CalleeAddress, second]);
        stage.Describe();
        stage.RunFor(20);
        Hear(stage, seconds: 10);
        stage.Passes = (from, to) => from != IceStage.CalleeAddress && to != IceStage.CalleeAddress;
        stage.RunFor(1.5);
        Assert.Equal(second, stage.Caller.Agent.Paths.Selected);
        Assert.Equal(IceStage.CallerAddress, stage.Callee.Agent.Paths.Selected);
    }

    [Fact]
    public void A_pair_that_answers_stays_however_long_its_remote_says_nothing()
    {
        var second = TransportAddress.FromIPv4(0x0A000003, 2000);
        using var stage = new IceStage(callee: IceMode.Lite, calleeAddresses: [IceStage.CalleeAddress, second]);
        stage.Describe();
        stage.RunFor(20);
        Hear(stage, seconds: 10);
        var sent = stage.Caller.Sent.Count;
        stage.RunFor(60);
        Assert.Equal(IceStage.CalleeAddress, stage.Caller.Agent.Paths.Selected);
        // One question more than consent asks anyway.
        Assert.InRange(stage.Caller.Sent.Count - sent, 10, 16);
    }

    [Fact]
    public void A_lite_remote_is_checked_by_a_controlling_agent_that_answered()
    {
        using var stage = new IceStage(caller: IceMode.Lite, callee: IceMode.Controlling);
        stage.Describe();
        stage.RunUntilSelected();
        Assert.Equal(IceStage.CallerAddress, stage.Callee.Agent.Paths.Selected);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.3)]
    public void Two_full_agents_connect_and_keep_consent_over_a_network_that_loses_packets(double loss)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var random = new Simulation.SeededRandom(seed);
            using var stage = new IceStage(seed: seed);
            stage.Passes = (_, _) => random.NextDouble() >= loss;
            stage.Describe();
            stage.RunUntilSelected();
            stage.RunFor(300);
            Assert.Equal((false, false), (stage.Caller.Agent.IsConsentExpired, stage.Callee.Agent.IsConsentExpired));
        }
    }

    [Fact]
    public void Truncated_and_mutated_copies_from_strangers_and_from_the_remote_change_nothing()
    {
        var random = new Simulation.SeededRandom(8);
        using var stage = new IceStage();
        stage.Caller.Sending = packet => Disturb(stage.Callee.Agent, packet, IceStage.CallerAddress);
        stage.Callee.Sending = packet => Disturb(stage.Caller.Agent, packet, IceStage.CalleeAddress);
        stage.Describe();
        stage.RunUntilSelected();
        stage.RunFor(120);
        foreach (var (agent, remote) in new[] { (stage.Caller.Agent, IceStage.CalleeAddress), (stage.Callee.Agent, IceStage.CallerAddress) })
        {
            Assert.Equal(remote, agent.Paths.Selected);
            Assert.False(agent.Paths.IsKnown(Dead));
            Assert.False(agent.IsConsentExpired);
            Assert.Equal(0, agent.Counters[IceCounter.PeerReflexiveLearnt]);
        }

        // Behind the original: of a check that comes first nobody can say that it is a copy.
        void Disturb(IceAgent victim, byte[] packet, TransportAddress source) =>
            stage.Clock.After(stage.Delay + TimeSpan.FromMilliseconds(1), () => Deliver(victim, packet, source));

        void Deliver(IceAgent victim, byte[] packet, TransportAddress source)
        {
            for (var i = 0; i < 20; i++)
            {
                var copy = packet[..(i % 2 == 0 ? random.NextInt(packet.Length) : packet.Length)];
                if (copy.Length > 0) copy[random.NextInt(copy.Length)] ^= (byte)(1 + random.NextInt(255));
                victim.HandleDatagram(copy, random.NextInt(2) == 0 ? Dead : source, stage.Clock.Now);
                while (victim.TryPollTransmit(new byte[1500], out var answer)) Assert.InRange(answer.Length, 1, copy.Length);
            }
        }
    }

    [Fact]
    public void Checks_in_both_directions_allocate_nothing()
    {
        using var stage = new IceStage();
        stage.Describe();
        stage.RunFor(2);
        var (caller, callee) = (stage.Caller.Agent, stage.Callee.Agent);
        var buffer = new byte[1500];
        var now = stage.Clock.Now;
        Exchange(50);
        var allocated = Simulation.AllocationMeter.Start();
        Exchange(500);
        Assert.Equal(0, allocated.Bytes);
        Assert.False(caller.IsConsentExpired);

        void Exchange(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                now += TimeSpan.FromSeconds(1);
                caller.HandleTimeout(now);
                callee.HandleTimeout(now);
                for (var j = 0; j < 2; j++)
                {
                    while (caller.TryPollTransmit(buffer, out var sent)) callee.HandleDatagram(buffer.AsSpan(0, sent.Length), IceStage.CallerAddress, now);
                    while (callee.TryPollTransmit(buffer, out var sent)) caller.HandleDatagram(buffer.AsSpan(0, sent.Length), IceStage.CalleeAddress, now);
                }
            }
        }
    }

    /// <summary>The caller hears a packet of media each 20 ms.</summary>
    private static void Hear(IceStage stage, double seconds)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            stage.RunFor(0.02);
            stage.Caller.Agent.HandleAuthenticPacket(IceStage.CalleeAddress, 100, stage.Clock.Now);
        }
    }

    private static List<(TransportAddress To, bool UseCandidate, bool IsControlling)> Requests(IceSide side)
    {
        var requests = new List<(TransportAddress, bool, bool)>();
        foreach (var (_, to, packet) in side.Sent)
            if (StunMessage.TryParse(packet, out var message) == StunParseStatus.Ok && message.Type == StunMessageType.BindingRequest)
                requests.Add((to, message.UseCandidate, message.IceControlling is not null));
        return requests;
    }
}
