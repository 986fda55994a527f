using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Net.Impairment;
using Parley.Rtc;
using Parley.Rtc.Dtls;
using Parley.Simulation;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver.Tests;

/// <summary>Another offer posted for a call under way.</summary>
public sealed class RenegotiationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public void A_client_that_lost_its_network_restarts_over_another_one_and_the_conversation_goes_on()
    {
        using var stage = MakeStage(shards: 2);
        var caller = stage.Call(shard: 0);
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        var entry = Assert.Single(stage.Directory.Entries);
        // Everything from the old network is lost; ten seconds later another one is there, which leads to the other shard.
        caller.ToServer!.Conditions = new LinkConditions { IsCut = true };
        stage.RunFor(TimeSpan.FromSeconds(10));
        caller.Address = stage.NextAddress();
        stage.Connect(caller, LinkConditions.Perfect, stage.Servers[1]);
        Restart(stage, caller, entry);
        caller.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), TimeSpan.FromSeconds(20), "a reply after the restart");
        Assert.Same(stage.Servers[0], entry.Owner);
        stage.RunFor(TimeSpan.FromSeconds(60));
        Assert.Empty(stage.Observer.Closed);
    }

    [Fact]
    public void Names_of_old_restarts_lead_nowhere_and_none_is_left_after_the_call()
    {
        using var stage = MakeStage(shards: 1);
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        var entry = Assert.Single(stage.Directory.Entries);
        var names = new List<string> { entry.Call.Ufrag };
        for (var i = 0; i < 3; i++)
        {
            Restart(stage, caller, entry);
            stage.RunFor(TimeSpan.FromSeconds(1));
            names.Add(entry.Call.Ufrag);
        }
        Assert.Equal([false, false, true, true], names.Select(name => Leads(stage, name)));
        caller.HangUp();
        stage.RunFor(TimeSpan.FromSeconds(3));
        Assert.DoesNotContain(names, name => Leads(stage, name));
    }

    [Fact]
    public void An_offer_with_another_certificate_is_refused_and_the_call_goes_on()
    {
        using var stage = MakeStage(shards: 1);
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        var stranger = stage.MakeCaller().Machine.OfferSdp.Replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:", StringComparison.Ordinal);
        var certificate = DtlsCertificate.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var other = RtcPeer.CreateOffer(new RtcPeerConfig { Certificate = certificate, LocalCandidates = [] }, new SeededRandom(1), stage.Clock.Now);
        Assert.Equal("sdp_bad_fingerprint", Assert.IsType<RenegotiationRefused>(Post(stage, stranger)).Code);
        Assert.Equal("sdp_fingerprint_changed", Assert.IsType<RenegotiationRefused>(Post(stage, other.LocalDescription)).Code);
        Assert.StartsWith("sdp_", Assert.IsType<RenegotiationRefused>(Post(stage, "v=0")).Code, StringComparison.Ordinal);
        caller.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), TimeSpan.FromSeconds(20), "a reply");
        certificate.Dispose();
    }

    [Fact]
    public void A_call_that_says_goodbye_takes_no_offer()
    {
        using var stage = MakeStage(shards: 1);
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        var entry = Assert.Single(stage.Directory.Entries);
        caller.IsAlive = false;
        stage.Server.TryPost(new HangUp(entry, CallCloseReason.HungUp));
        Assert.IsType<NoSuchCall>(Post(stage, caller.Machine.OfferSdp, entry));
        stage.RunFor(TimeSpan.FromSeconds(3));
        Assert.IsType<NoSuchCall>(Post(stage, caller.Machine.OfferSdp, entry));
    }

    [Fact]
    public async Task A_call_whose_client_has_not_come_yet_takes_another_offer_and_an_unknown_one_does_not()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var config = new TransceiverConfig { Local = new IPEndPoint(IPAddress.Loopback, 0), Advertised = [new IPEndPoint(IPAddress.Loopback, 0)], ShardCount = 1 };
        await using var transceiver = CallTransceiver.Start(config, TimeProvider.System, NullLoggerFactory.Instance);
        using var certificate = DtlsCertificate.Create(DateTimeOffset.UtcNow);
        using var client = RtcPeer.CreateOffer(new RtcPeerConfig { Certificate = certificate, LocalCandidates = [] }, new SeededRandom(1), new Instant(0));
        var call = new CallConfig
        {
            Session = new Realtime.RealtimeSessionConfig { CreatedAt = DateTimeOffset.UtcNow },
            Models = ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "Certainly.")),
        };
        var created = Assert.IsType<CallCreated>(transceiver.CreateCall(client.LocalDescription, call));
        Assert.True(client.TryAcceptAnswer(created.AnswerSdp, new Instant(0), out _));
        client.RestartIce(new Instant(0));
        var again = Assert.IsType<CallRenegotiated>(await transceiver.RenegotiateAsync(created.CallId, client.LocalDescription, cancellation));
        Assert.True(client.TryAcceptAnswer(again.AnswerSdp, new Instant(0), out _));
        Assert.IsType<NoSuchCall>(await transceiver.RenegotiateAsync("rtc_none", client.LocalDescription, cancellation));
    }

    private static void Restart(Stage stage, SimulatedCaller caller, CallEntry entry)
    {
        caller.Machine.RestartIce(stage.Clock.Now);
        var answer = Assert.IsType<CallRenegotiated>(Post(stage, caller.Machine.OfferSdp, entry)).AnswerSdp;
        caller.Accept(answer);
    }

    private static RenegotiateResult Post(Stage stage, string offer, CallEntry? entry = null)
    {
        entry ??= stage.Directory.Entries.Single(each => each.Owner is not null);
        var renegotiation = new Renegotiation(entry, offer);
        (stage.Servers.SingleOrDefault(server => server == entry.Owner) ?? stage.Server).TryPost(renegotiation);
        stage.RunUntil(() => renegotiation.Result.IsCompleted, Soon, "the answer");
        return renegotiation.Result.GetAwaiter().GetResult();
    }

    private static bool Leads(Stage stage, string ufrag) => stage.Directory.TryFindByUfrag(System.Text.Encoding.ASCII.GetBytes(ufrag), out _);

    private static Stage MakeStage(int shards) =>
        new(23, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "Certainly.")), shards);
}
