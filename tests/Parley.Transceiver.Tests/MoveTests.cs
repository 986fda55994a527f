using Parley.Net.Impairment;
using Parley.Rtc.Stun;
using Parley.Simulation;
using Parley.Transceiver.Rig;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver.Tests;

/// <summary>Media that come from an address that nobody knows are routed by their SSRC, and believed when their tag holds.</summary>
public sealed class MoveTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_client_that_moved_is_heard_at_once_on_whichever_shard_its_packets_arrive(int shards)
    {
        using var stage = MakeStage(shards);
        var caller = Connected(stage);
        var call = Assert.Single(stage.Directory.Entries).Call;
        Move(stage, caller, stage.Servers[^1]);
        caller.ToServer!.Conditions = LinkConditions.Perfect;
        var before = stage.Server.DatagramsOut;
        stage.RunFor(TimeSpan.FromMilliseconds(100)); // no check is due yet
        Assert.True(stage.Directory.TryFind(caller.Address, out var found));
        Assert.Same(call, found.Call);
        Assert.Equal(0, stage.Servers[^1].Shard.Drops[RouteDrop.UnknownSource]);
        caller.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), TimeSpan.FromSeconds(20), "a reply after the move");
        Assert.InRange(stage.Server.DatagramsOut - before, 1, long.MaxValue);
    }

    [Fact]
    public void Each_of_several_calls_with_the_same_SSRC_gets_its_own_packets()
    {
        using var stage = MakeStage(shards: 1);
        var callers = Enumerable.Range(0, 3).Select(_ => Connected(stage)).ToList();
        var entries = stage.Directory.Entries.ToList();
        // As if all had drawn the number of the last.
        var ssrc = entries[^1].Call.RemoteSsrc!.Value;
        foreach (var entry in entries) Assert.True(stage.Directory.Ssrcs.TryAdd(ssrc, entry));
        Assert.Equal(3, stage.Directory.Ssrcs.Find(ssrc).Length);
        var owner = callers.Single(caller => { stage.Directory.TryFind(caller.Address, out var found); return found == entries[^1]; });
        Move(stage, owner, stage.Server);
        stage.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.True(stage.Directory.TryFind(owner.Address, out var moved));
        Assert.Same(entries[^1], moved);
        Assert.Equal(0, stage.Ledger.FaultCount);
    }

    [Fact]
    public void A_flood_of_forged_media_from_strangers_reaches_nobody_and_allocates_nothing()
    {
        using var stage = MakeStage(shards: 2);
        var caller = Connected(stage);
        var ssrc = Assert.Single(stage.Directory.Entries).Call.RemoteSsrc!.Value;
        var random = new SeededRandom(3);
        var strangers = Enumerable.Range(0, 2000).Select(_ => stage.NextAddress()).ToArray();
        var packet = new byte[120];
        long Flood(bool isKnown)
        {
            var before = stage.Server.MediaAllocated;
            foreach (var stranger in strangers)
            {
                random.Fill(packet);
                (packet[0], packet[1]) = (0x80, 111);
                if (isKnown) System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
                stage.Server.Receive(packet, stranger);
            }
            return stage.Server.MediaAllocated - before;
        }
        Flood(isKnown: true);
        Flood(isKnown: false);
        Assert.Equal(0, Flood(isKnown: true));
        Assert.Equal(0, Flood(isKnown: false));
        Assert.Equal(4000, stage.Server.Shard.Drops[RouteDrop.MediaNotAuthentic]);
        Assert.DoesNotContain(strangers, stranger => stage.Directory.TryFind(stranger, out _));
        caller.Send("""{"type":"response.create"}""");
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), TimeSpan.FromSeconds(20), "a reply after the flood");
    }

    [Fact]
    public void Nothing_leads_to_a_call_that_has_ended()
    {
        using var stage = MakeStage(shards: 1);
        var caller = Connected(stage);
        var ssrc = Assert.Single(stage.Directory.Entries).Call.RemoteSsrc!.Value;
        Assert.Single(stage.Directory.Ssrcs.Find(ssrc));
        caller.HangUp();
        stage.RunFor(TimeSpan.FromSeconds(3));
        Assert.Empty(stage.Directory.Ssrcs.Find(ssrc));
    }

    [Fact]
    public void The_table_of_SSRCs_is_bounded_for_each_of_them()
    {
        using var stage = MakeStage(shards: 1);
        var entries = Enumerable.Range(0, SsrcTable.MaxCalls + 1).Select(_ => stage.Answer(stage.MakeCaller().Machine.OfferSdp)).ToList();
        var table = new SsrcTable();
        Assert.Equal([true, true, true, true, false], entries.Select(entry => table.TryAdd(7, entry)));
        Assert.True(table.TryAdd(7, entries[0]));
        table.Remove(7, entries[1]);
        Assert.True(table.TryAdd(7, entries[4]));
        Assert.DoesNotContain(entries[1], table.Find(7));
        foreach (var entry in entries) table.Remove(7, entry);
        Assert.Empty(table.Find(7));
    }

    [Fact]
    public void No_bytes_make_the_reader_of_SSRCs_throw()
    {
        var random = new SeededRandom(1);
        for (var i = 0; i < 5000; i++)
        {
            var bytes = new byte[random.NextInt(40)];
            random.Fill(bytes);
            if (bytes.Length > 0 && i % 2 == 0) bytes[0] = 0x80;
            Assert.Equal(bytes.Length >= 12 && bytes[0] is >= 128 and <= 191, MediaPacket.TryReadSsrc(bytes, out _));
            StunUsername.TryReadServerUfrag(bytes, out _);
        }
    }

    private static SimulatedCaller Connected(Stage stage)
    {
        var caller = stage.Call(shard: 0);
        stage.RunUntil(() => caller.Has("session.created"), Soon, "the session");
        stage.RunFor(TimeSpan.FromMilliseconds(100));
        return caller;
    }

    private static void Move(Stage stage, SimulatedCaller caller, SimulatedServer server)
    {
        caller.Address = stage.NextAddress();
        stage.Connect(caller, LinkConditions.Perfect, server);
    }

    private static Stage MakeStage(int shards) =>
        new(22, ScriptedModels.Create(new ScriptedRecognizer("?"), new ScriptedChat(_ => "Certainly.")), shards);
}
