using CsCheck;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sctp.Wire;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>Whatever a peer sends: no exception, bounded memory, and a count of why it was dropped.</summary>
public sealed class HostileInputTests
{
    private static readonly DataFlags[] Positions = [DataFlags.None, DataFlags.Begin, DataFlags.End, DataFlags.Begin | DataFlags.End];

    [Fact]
    public void Random_bytes_never_throw() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var peer = new ScriptedPeer();
            peer.Receive(bytes);
            Assert.Equal(SctpState.Established, peer.Association.State);
            Assert.Equal(1, peer.Association.Counters.Total);
        }, iter: 2000);

    [Fact]
    public void Random_chunks_behind_a_right_header_never_throw() =>
        Gen.Select(Gen.Byte.Array[0, 120], Gen.Byte, Gen.Bool).Sample((bytes, type, known) =>
        {
            var peer = new ScriptedPeer();
            var chunkType = known ? (ChunkType)(type % 16) : (ChunkType)type;
            peer.Send(Packets.Chunk(chunkType, 3, bytes), peer.Data(0));
            peer.Send(bytes);
            peer.RunFor(10_000);
        }, iter: 3000);

    [Fact]
    public void Mutated_packets_of_a_real_conversation_never_throw()
    {
        var recorded = Record();
        Gen.Select(Gen.Int[1, 4], Gen.ULong, Gen.Bool).Sample((mutations, seed, truncates) =>
        {
            var random = new SeededRandom(seed);
            var pair = new SctpPair(recorded.Seed);
            pair.Left.Filter = pair.Right.Filter = _ => false;
            foreach (var (toRight, packet) in recorded.Packets)
            {
                var copy = packet.ToArray();
                if (random.NextInt(4) == 0)
                {
                    for (var i = 0; i < mutations; i++) copy[random.NextInt(copy.Length)] ^= (byte)(1 << random.NextInt(8));
                    if (truncates) copy = copy[..Math.Max(12, random.NextInt(copy.Length))];
                    Packets.Seal(copy);
                }
                if (toRight) pair.Right.Receive(copy);
                else pair.Left.Receive(copy);
            }
            pair.RunFor(100);
        }, iter: 300);
    }

    [Fact]
    public void Random_fragments_with_gaps_on_many_streams_stay_within_bounded_memory()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var random = new SeededRandom(seed);
            var peer = new ScriptedPeer();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20_000 && peer.Association.State == SctpState.Established; i++)
            {
                var flags = Positions[random.NextInt(4)];
                if (random.NextInt(8) == 0) flags |= DataFlags.Unordered;
                peer.Association.HandlePacket(
                    Packets.Of(peer.Tag, Packets.Data(
                        peer.Tsn(random.NextInt(40_000)), (ushort)random.NextInt(1100), (ushort)random.NextInt(3), flags, 1 + random.NextInt(60))),
                    peer.Now);
            }
            // The packets themselves are most of it: 200 bytes each.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000 * 300 + 8 * 1024 * 1024);
        }
    }

    [Fact]
    public void One_endless_message_of_tiny_fragments_ends_the_association_at_the_announced_size()
    {
        var peer = new ScriptedPeer();
        var i = 0;
        for (; peer.Association.State == SctpState.Established; i++)
            peer.Send(Packets.Data(peer.Tsn(i), 0, 0, i == 0 ? DataFlags.Begin : DataFlags.None, 100));
        Assert.Equal(SctpCloseReason.MessageTooLarge, peer.Association.CloseReason);
        Assert.Equal(256 * 1024 / 100, i - 1);
    }

    [Fact]
    public void Messages_without_end_that_fill_the_buffer_end_the_association()
    {
        var peer = new ScriptedPeer();
        for (var i = 0; peer.Association.State == SctpState.Established && i < 20_000; i++)
            peer.Send(Packets.Data(peer.Tsn(i), (ushort)(i % 1000), 0, DataFlags.Begin, 1000));
        Assert.Equal(SctpCloseReason.OutOfResource, peer.Association.CloseReason);
    }

    [Fact]
    public void Fragments_that_contradict_each_other_end_the_association()
    {
        var peer = new ScriptedPeer();
        peer.Send(Packets.Data(peer.Tsn(0), 0, 0, DataFlags.Begin, 10));
        peer.Send(Packets.Data(peer.Tsn(1), 1, 0, DataFlags.End, 10));
        Assert.Equal(SctpCloseReason.ProtocolViolation, peer.Association.CloseReason);
    }

    [Fact]
    public void Data_without_a_byte_ends_the_association()
    {
        var peer = new ScriptedPeer();
        peer.Send(Packets.Data(peer.Tsn(0), 0, 0, DataFlags.Begin | DataFlags.End, 0));
        Assert.Equal(SctpCloseReason.ProtocolViolation, peer.Association.CloseReason);
    }

    [Fact]
    public void A_wrong_tag_or_checksum_is_counted_and_dropped()
    {
        var peer = new ScriptedPeer();
        peer.Receive(Packets.Of(peer.Tag + 1, peer.Data(0)));
        peer.Receive(Packets.Of(peer.Tag + 1, Packets.Chunk(ChunkType.Abort, 0)));
        var bad = Packets.Of(peer.Tag, peer.Data(0));
        bad[^1] ^= 1;
        peer.Receive(bad);
        Assert.Equal(2, peer.Association.Counters[SctpCounter.WrongVerificationTag]);
        Assert.Equal(1, peer.Association.Counters[SctpCounter.BadChecksum]);
        Assert.Equal(SctpState.Established, peer.Association.State);
        Assert.Empty(peer.Messages);
    }

    [Fact]
    public void Fragments_in_any_order_make_the_same_messages() =>
        Gen.Select(Gen.Int[1, 12].Array[1, 8], Gen.ULong).Sample((fragmentCounts, seed) =>
        {
            var peer = new ScriptedPeer(initialTsn: uint.MaxValue - 5);
            var chunks = new List<byte[]>();
            for (var message = 0; message < fragmentCounts.Length; message++)
                for (var i = 0; i < fragmentCounts[message]; i++)
                {
                    var flags = (i == 0 ? DataFlags.Begin : 0) | (i == fragmentCounts[message] - 1 ? DataFlags.End : 0);
                    chunks.Add(Packets.Data(peer.Tsn(chunks.Count), 3, (ushort)message, flags, 300 + message));
                }
            var random = new SeededRandom(seed);
            foreach (var chunk in chunks.OrderBy(_ => random.Next()).ToList()) peer.Send(chunk);
            Assert.Equal(fragmentCounts.Select((count, i) => count * (300 + i)), peer.Messages.Select(m => m.Length));
            peer.RunFor(200);
            Assert.Equal((peer.Tsn(chunks.Count - 1), 0), peer.LastSack());
        }, iter: 500);

    private static (ulong Seed, List<(bool ToRight, byte[] Packet)> Packets) Record()
    {
        const ulong seed = 11;
        var packets = new List<(bool, byte[])>();
        var pair = new SctpPair(seed);
        pair.Left.Filter = p => Keep(true, p);
        pair.Right.Filter = p => Keep(false, p);
        pair.Connect();
        var id = pair.Left.Open();
        pair.Left.Send(id, new byte[5000]);
        pair.RunFor(1);
        pair.Right.Send(id, new byte[3000]);
        pair.RunFor(40);
        pair.Left.Do(now => pair.Left.Channels.Close(id, now));
        pair.RunFor(1);
        pair.Left.Do(now => pair.Left.Association.Shutdown(now));
        pair.RunFor(1);
        return (seed, packets);

        bool Keep(bool toRight, byte[] packet)
        {
            packets.Add((toRight, packet));
            return true;
        }
    }
}
