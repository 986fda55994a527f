using Parley.Net.Impairment;
using Parley.Rtc;
using Parley.Simulation;
using Parley.Transceiver.Routing;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

public sealed class RoutingTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public void A_waiting_call_is_adopted_by_the_shard_that_its_first_check_reaches()
    {
        using var stage = MakeStage(shards: 3);
        var caller = stage.Call(shard: 2);
        Assert.Equal(1, stage.Directory.WaitingCount);
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        Assert.Equal(0, stage.Directory.WaitingCount);
        Assert.Same(stage.Servers[2], Assert.Single(stage.Directory.Entries).Owner);
    }

    [Fact]
    public void A_call_goes_on_when_its_packets_come_to_another_shard_after_a_rebind()
    {
        using var stage = MakeStage(shards: 2);
        var caller = stage.Call(shard: 0);
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        // A new address, which the kernel's hash gives to the other shard.
        caller.Address = stage.NextAddress();
        stage.Connect(caller, LinkConditions.Perfect, stage.Servers[1]);
        stage.RunFor(TimeSpan.FromSeconds(7));
        caller.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), TimeSpan.FromSeconds(20), "a reply after the move");
        Assert.Same(stage.Servers[0], Assert.Single(stage.Directory.Entries).Owner);
        stage.RunFor(TimeSpan.FromSeconds(60));
        Assert.Empty(stage.Observer.Closed);
    }

    [Fact]
    public void A_full_mailbox_costs_datagrams_and_not_the_call()
    {
        using var stage = MakeStage(shards: 2);
        var caller = stage.Call(shard: 0);
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        caller.Address = stage.NextAddress();
        stage.Connect(caller, LinkConditions.Perfect, stage.Servers[1]);
        stage.RunFor(TimeSpan.FromSeconds(7));
        stage.Servers[0].IsMailboxFull = true;
        stage.RunFor(TimeSpan.FromSeconds(2));
        Assert.InRange(stage.Servers[1].Shard.Drops[RouteDrop.MailboxFull], 50, 200);
        stage.Servers[0].IsMailboxFull = false;
        stage.RunFor(TimeSpan.FromSeconds(60));
        Assert.Empty(stage.Observer.Closed);
    }

    [Fact]
    public void A_forged_check_does_not_take_a_waiting_call_out_of_the_lobby()
    {
        using var stage = MakeStage(shards: 2);
        var caller = stage.MakeCaller(shard: 1);
        var entry = stage.Answer(caller.Machine.OfferSdp);
        // The real caller's first check, with a byte of its integrity changed, comes to the other shard first.
        var captured = new List<byte[]>();
        caller.ToServer = new SimulatedLink(stage.Clock, new SeededRandom(1), (datagram, _) => captured.Add(datagram));
        caller.Accept(entry.Call.AnswerSdp);
        stage.RunFor(TimeSpan.FromMilliseconds(10));
        var forged = captured[0].ToArray();
        forged[^1] ^= 1;
        stage.Servers[0].Receive(forged, stage.NextAddress());
        Assert.Null(entry.Owner);
        Assert.Equal(1, stage.Servers[0].Shard.Drops[RouteDrop.NotAuthentic]);

        stage.Connect(caller, LinkConditions.Perfect, stage.Servers[1]);
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        Assert.Same(stage.Servers[1], entry.Owner);
    }

    [Fact]
    public void A_call_whose_client_never_comes_leaves_the_lobby_at_its_connect_timeout()
    {
        using var stage = MakeStage();
        stage.Answer(stage.MakeCaller().Machine.OfferSdp);
        stage.RunFor(TimeSpan.FromSeconds(29));
        Assert.Equal(1, stage.Directory.Count);
        stage.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(0, stage.Directory.Count);
        Assert.Equal([CallCloseReason.ConnectTimedOut], stage.Observer.Closed);
    }

    [Fact]
    public void A_client_that_vanishes_is_gone_when_its_consent_expires()
    {
        using var stage = MakeStage();
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        // The reply's events are under way on the data channel.
        caller.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => caller.Has("output_audio_buffer.started"), Soon, "the reply");
        caller.IsAlive = false;
        stage.RunFor(TimeSpan.FromSeconds(36));
        Assert.Equal([CallCloseReason.ConsentExpired], stage.Observer.Closed);
        Assert.Equal(0, stage.Directory.Count);
    }

    [Fact]
    public void A_hang_up_says_goodbye_to_the_client()
    {
        using var stage = MakeStage();
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        stage.Server.TryPost(new HangUp(Assert.Single(stage.Directory.Entries), CallCloseReason.HungUp));
        stage.RunUntil(() => caller.Machine.ClosedBy is not null, Soon, "the goodbye");
        Assert.Equal(PeerCloseReason.RemoteClosed, caller.Machine.ClosedBy);
        stage.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal([CallCloseReason.HungUp], stage.Observer.Closed);
        Assert.Equal(0, stage.Directory.Count);
    }

    [Fact]
    public void An_expired_session_tells_the_client_before_the_call_ends()
    {
        using var stage = MakeStage();
        var caller = stage.Call(session: new Realtime.RealtimeSessionConfig
        {
            CreatedAt = DateTimeOffset.UnixEpoch,
            MaxDuration = TimeSpan.FromSeconds(30),
        });
        stage.RunFor(TimeSpan.FromSeconds(35));
        Assert.Equal("session_expired", caller.Last("error").String("error", "code"));
        Assert.Equal([CallCloseReason.SessionExpired], stage.Observer.Closed);
    }

    [Fact]
    public void A_call_that_reaches_a_limit_tells_the_client_before_it_ends()
    {
        using var stage = MakeStage();
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        var error = new Realtime.Protocol.RealtimeError("insufficient_quota", "insufficient_quota", "No minutes are left today.");
        stage.Server.TryPost(new HangUp(Assert.Single(stage.Directory.Entries), CallCloseReason.LimitReached, error));
        stage.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal("insufficient_quota", caller.Last("error").String("error", "code"));
        Assert.Equal([CallCloseReason.LimitReached], stage.Observer.Closed);
    }

    [Fact]
    public void Random_bytes_from_anywhere_are_counted_and_disturb_no_call()
    {
        using var stage = MakeStage();
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        var random = new SeededRandom(9);
        for (var i = 0; i < 2000; i++)
        {
            var noise = new byte[1 + random.NextInt(1300)];
            random.Fill(noise);
            // Every protocol that shares the port gets its part; half of it seems to come from the caller itself.
            noise[0] = (byte)(i % 4 == 0 ? random.NextInt(4) : noise[0]);
            stage.Server.Receive(noise, i % 2 == 0 ? caller.Address : stage.NextAddress());
        }
        caller.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), TimeSpan.FromSeconds(20), "a reply after the noise");
        Assert.InRange(stage.Server.Shard.Drops[RouteDrop.UnknownSource], 990, 1000);
        Assert.Equal(0, stage.Ledger.FaultCount);
        Assert.Empty(stage.Observer.Closed);
    }

    [Fact]
    public void Calls_beyond_the_capacity_find_no_place_until_one_ends()
    {
        var directory = new CallDirectory(2);
        Assert.True(directory.TryTakePlace());
        Assert.True(directory.TryTakePlace());
        Assert.False(directory.TryTakePlace());
        directory.ReturnPlace();
        Assert.True(directory.TryTakePlace());
        Assert.False(directory.Emptied.IsCompleted);
        directory.Close();
        directory.ReturnPlace();
        directory.ReturnPlace();
        Assert.True(directory.Emptied.IsCompleted);
        Assert.False(directory.TryTakePlace());
    }

    private static Stage MakeStage(int shards = 1) =>
        new(21, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "Certainly.")), shards);
}
