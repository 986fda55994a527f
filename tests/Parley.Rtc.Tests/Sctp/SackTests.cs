using System.Buffers.Binary;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>The receiver's side of the wire, chunk by chunk: an association against packets written by hand.</summary>
public sealed class SackTests
{
    [Fact]
    public void Every_second_packet_is_acknowledged_at_once_and_a_single_one_after_200_ms()
    {
        var peer = new ScriptedPeer();
        peer.Send(peer.Data(0));
        Assert.Empty(peer.Received);
        peer.Send(peer.Data(1));
        Assert.Equal((peer.Tsn(1), 0), peer.LastSack());
        peer.Received.Clear();
        peer.Send(peer.Data(2));
        Assert.Empty(peer.Received);
        peer.RunFor(199);
        Assert.Empty(peer.Received);
        peer.RunFor(1);
        Assert.Equal((peer.Tsn(2), 0), peer.LastSack());
    }

    [Fact]
    public void A_gap_is_reported_at_once_and_its_closing_too()
    {
        var peer = new ScriptedPeer();
        peer.Send(peer.Data(0), peer.Data(2), peer.Data(3), peer.Data(6));
        var sack = peer.LastSackChunk();
        Assert.Equal([new GapBlock(2, 3), new GapBlock(6, 6)], Gaps(sack));
        peer.Send(peer.Data(1), peer.Data(4), peer.Data(5));
        Assert.Equal((peer.Tsn(6), 0), peer.LastSack());
    }

    [Fact]
    public void Duplicates_are_reported_at_once()
    {
        var peer = new ScriptedPeer();
        peer.Send(peer.Data(0));
        peer.Send(peer.Data(0));
        var value = peer.LastSackChunk();
        Assert.Equal(1, BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(10)));
        Assert.Equal(peer.Tsn(0), BinaryPrimitives.ReadUInt32BigEndian(value.AsSpan(12)));
        Assert.Equal(1, peer.Association.Counters[SctpCounter.DuplicateTsn]);
    }

    [Fact]
    public void The_immediate_bit_is_obeyed()
    {
        var peer = new ScriptedPeer();
        peer.Send(Packets.Data(peer.Tsn(0), 0, 0, DataFlags.Begin | DataFlags.End | DataFlags.Immediate, 10));
        Assert.Equal((peer.Tsn(0), 0), peer.LastSack());
    }

    [Fact]
    public void An_acknowledgement_that_waits_travels_with_data()
    {
        var peer = new ScriptedPeer();
        peer.Send(peer.Data(0));
        peer.Association.Send(0, 53, false, [1, 2, 3], peer.Now);
        peer.Settle();
        Assert.Equal([ChunkType.Sack, ChunkType.Data], Packets.Chunks(Assert.Single(peer.Received)).Select(c => c.Type));
    }

    [Fact]
    public void Gap_reports_stay_right_across_the_wrap_of_TSNs()
    {
        var peer = new ScriptedPeer(initialTsn: uint.MaxValue - 1);
        peer.Send(peer.Data(0), peer.Data(2), peer.Data(4), peer.Data(5));
        Assert.Equal([new GapBlock(2, 2), new GapBlock(4, 5)], Gaps(peer.LastSackChunk()));
        peer.Send(peer.Data(3), peer.Data(1));
        Assert.Equal((peer.Tsn(5), 0), peer.LastSack());
        Assert.Equal(3u, peer.Tsn(5));
    }

    [Fact]
    public void A_chunk_is_lost_a_quarter_of_a_round_trip_after_a_later_one_was_acknowledged()
    {
        var peer = new ScriptedPeer();
        for (var i = 0; i < 4; i++)
        {
            peer.Association.Send(0, 53, false, new byte[1000], peer.Now);
            peer.Settle();
        }
        var first = peer.PeerTsn;
        peer.RunFor(40);
        peer.Received.Clear();
        peer.Send(Packets.Sack(first - 1, 100_000, new GapBlock(2, 4)));
        peer.RunFor(9);
        Assert.Empty(peer.Received);
        peer.RunFor(1);
        var (type, _, value) = Assert.Single(Packets.Chunks(Assert.Single(peer.Received)));
        Assert.Equal(ChunkType.Data, type);
        Assert.Equal(first, BinaryPrimitives.ReadUInt32BigEndian(value));
        Assert.Equal(1, peer.Association.Counters[SctpCounter.FastRetransmission]);
        Assert.Equal(0, peer.Association.Counters[SctpCounter.RetransmissionTimeout]);
    }

    [Fact]
    public void What_a_receiver_takes_back_is_sent_again()
    {
        var peer = new ScriptedPeer();
        for (var i = 0; i < 2; i++) peer.Association.Send(0, 53, false, new byte[1000], peer.Now);
        peer.Settle();
        var first = peer.PeerTsn;
        peer.Send(Packets.Sack(first - 1, 100_000, new GapBlock(2, 2)));
        peer.Send(Packets.Sack(first, 100_000));
        peer.Received.Clear();
        peer.RunFor(2000);
        Assert.Contains(peer.Received.SelectMany(Packets.Chunks), c => BinaryPrimitives.ReadUInt32BigEndian(c.Value) == first + 1);
    }

    [Fact]
    public void Acknowledging_what_was_never_sent_ends_the_association()
    {
        var peer = new ScriptedPeer();
        peer.Send(Packets.Sack(peer.PeerTsn + 5, 1000));
        Assert.Equal(SctpCloseReason.ProtocolViolation, peer.Association.CloseReason);
        Assert.Equal(ChunkType.Abort, Packets.FirstType(peer.Received[^1]));
    }

    private static List<GapBlock> Gaps(byte[] value)
    {
        Assert.True(SackChunk.TryParse(value, out var sack));
        var gaps = new List<GapBlock>();
        for (var i = 0; i < sack.GapCount; i++) gaps.Add(sack.Gap(i));
        return gaps;
    }
}
