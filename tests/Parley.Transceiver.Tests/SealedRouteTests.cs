using System.Text;
using Parley.Net.Routes;
using Parley.Simulation;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver.Tests;

/// <summary>What relays read of a call's credentials.</summary>
public sealed class SealedRouteTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_ufrag_of_an_answer_leads_relays_to_its_node_and_so_does_that_of_an_ICE_restart()
    {
        var (ring, clock) = (RouteKeyRing.Create(new SeededRandom(5), Now), new FixedClock(Now));
        var config = new TransceiverConfig
        {
            Advertised = [Stage.ServerAddress.ToEndPoint()],
            Node = new CallId(3, 7),
            Routes = new RouteSealer(ring, clock, new SeededRandom(6)),
            RouteLifetime = TimeSpan.FromMinutes(65),
        };
        using var stage = new Stage(seed: 3, models: null, config: config);
        using var opener = new RouteOpener(ring, clock);
        var caller = stage.Call();
        stage.RunFor(TimeSpan.FromSeconds(1));
        var entry = Assert.Single(stage.Directory.Entries);
        Assert.True(CallId.TryParse(entry.Id, out var id));
        Assert.Equal(new CallId(3, 7), id);
        var first = entry.Call.Ufrag;
        AssertLeadsHome(entry);

        caller.Machine.RestartIce(stage.Clock.Now);
        var renegotiation = new Renegotiation(entry, caller.Machine.OfferSdp);
        stage.Server.TryPost(renegotiation);
        stage.RunFor(TimeSpan.FromSeconds(1));
        Assert.NotEqual(first, entry.Call.Ufrag);
        AssertLeadsHome(entry);

        void AssertLeadsHome(CallEntry call)
        {
            var ufrag = Encoding.ASCII.GetBytes(call.Call.Ufrag);
            Assert.Equal(RouteStatus.Ok, opener.Open(ufrag, out var route));
            Assert.Equal((3, 7, Now.AddMinutes(65)), (route.Cluster, route.Node, route.ExpiresAt));
            var password = new byte[SealedRoute.PasswordLength];
            Assert.True(opener.TryWritePassword(ufrag, password));
            Assert.Contains($"a=ice-pwd:{Encoding.ASCII.GetString(password)}\r\n", call.Call.AnswerSdp, StringComparison.Ordinal);
        }
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
