using System.Buffers.Binary;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>Chunks and parameters beyond the core: unknown ones, RE-CONFIG, FORWARD TSN, heartbeats.</summary>
public sealed class ExtensionTests
{
    [Theory]
    [InlineData(0x3F, false, false)]
    [InlineData(0x7F, false, true)]
    [InlineData(0xBF, true, false)]
    [InlineData(0xFF, true, true)]
    public void Unknown_chunks_are_skipped_and_reported_as_their_high_bits_say(byte type, bool continues, bool reports)
    {
        var peer = new ScriptedPeer();
        peer.Send(Packets.Chunk((ChunkType)type, 0, 1, 2, 3), peer.Data(0));
        Assert.Equal(continues ? 1 : 0, peer.Messages.Count);
        var errors = peer.Received.SelectMany(Packets.Chunks).Where(c => c.Type == ChunkType.Error).ToList();
        if (!reports)
        {
            Assert.Empty(errors);
            return;
        }
        // Cause 6, then the chunk as it came.
        Assert.Equal([0, 6, 0, 11, type, 0, 0, 7, 1, 2, 3], Assert.Single(errors).Value);
    }

    [Fact]
    public void Unknown_parameters_of_INIT_come_back_when_they_ask_to()
    {
        var association = new SctpAssociation(SctpConfig.Default, new Simulation.SeededRandom(1));
        var init = new byte[InitChunk.WrittenLength];
        InitChunk.Write(init, new InitFields(7, 100_000, 1, 1, new Tsn(1), true, true));
        byte[] skipped = [0x80, 0x99, 0, 4], reported = [0xC0, 0x99, 0, 5, 1, 0, 0, 0], stops = [0x40, 0x99, 0, 4], after = [0xC0, 0x98, 0, 4];
        association.HandlePacket(Packets.Of(0, Packets.Chunk(ChunkType.Init, 0, [.. init, .. skipped, .. reported, .. stops, .. after])), new(0));
        var buffer = new byte[1200];
        Assert.True(association.TryPollTransmit(buffer, out var length));
        var initAck = Packets.Chunks(buffer[..length]).Single();
        Assert.Equal(ChunkType.InitAck, initAck.Type);
        var back = new List<byte[]>();
        var reader = new ChunkReader(initAck.Value.AsSpan(InitChunk.FixedLength));
        while (reader.TryRead(out var parameter))
            if ((ParameterType)parameter.ParameterType == ParameterType.UnrecognizedParameter) back.Add(parameter.Value.ToArray());
        Assert.False(reader.IsMalformed);
        Assert.Equal([reported[..5], stops], back);
        Assert.Equal(3, association.Counters[SctpCounter.UnknownParameter]);
    }

    [Fact]
    public void A_heartbeat_is_answered_with_its_own_bytes()
    {
        var peer = new ScriptedPeer();
        peer.Send(Packets.Chunk(ChunkType.Heartbeat, 0, 0, 1, 0, 8, 9, 8, 7, 6));
        var (type, _, value) = Assert.Single(Packets.Chunks(Assert.Single(peer.Received)));
        Assert.Equal(ChunkType.HeartbeatAck, type);
        Assert.Equal([0, 1, 0, 8, 9, 8, 7, 6], value);
    }

    [Fact]
    public void Data_on_a_stream_that_does_not_exist_is_acknowledged_reported_and_thrown_away()
    {
        var peer = new ScriptedPeer();
        peer.Send(Packets.Data(peer.Tsn(0), 5000, 0, DataFlags.Begin | DataFlags.End, 10), Packets.Data(peer.Tsn(1), 0, 0, DataFlags.Begin | DataFlags.End, 10));
        Assert.Single(peer.Messages);
        Assert.Contains(peer.Received.SelectMany(Packets.Chunks), c => c.Type == ChunkType.Error && c.Value[1] == 1 && c.Value[4..6] is [0x13, 0x88]);
        peer.RunFor(200);
        Assert.Equal((peer.Tsn(1), 0), peer.LastSack());
    }

    [Fact]
    public void FORWARD_TSN_skips_what_the_peer_gave_up_and_delivers_what_waited_behind_it()
    {
        var peer = new ScriptedPeer();
        // TSN 0 begins a message that never ends; 2 and 3 are whole messages 1 and 2 of stream 0; 4 is message 0 of stream 1.
        peer.Send(Packets.Data(peer.Tsn(0), 0, 0, DataFlags.Begin, 100));
        peer.Send(
            Packets.Data(peer.Tsn(2), 0, 1, DataFlags.Begin | DataFlags.End, 2),
            Packets.Data(peer.Tsn(3), 0, 2, DataFlags.Begin | DataFlags.End, 3),
            Packets.Data(peer.Tsn(4), 1, 0, DataFlags.Begin | DataFlags.End, 4));
        Assert.Equal([4], peer.Messages.Select(m => m.Length));
        var forward = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(forward, peer.Tsn(1));
        peer.Send(Packets.Chunk(ChunkType.ForwardTsn, 0, forward));
        Assert.Equal([4, 2, 3], peer.Messages.Select(m => m.Length));
        Assert.Equal((peer.Tsn(4), 0), peer.LastSack());
    }

    [Fact]
    public void An_incoming_stream_reset_restarts_sequence_numbers_and_its_repetition_is_answered_alike()
    {
        var peer = new ScriptedPeer();
        peer.Send(peer.Data(0), peer.Data(1));
        var request = Reset(peer.Tsn(0), peer.Tsn(1), 0);
        peer.Send(request);
        Assert.Equal(ReconfigResult.Performed, LastResult(peer));
        Assert.Contains(peer.Events, e => e == new SctpEvent(SctpEventKind.IncomingStreamReset));
        peer.Send(request);
        Assert.Equal(ReconfigResult.Performed, LastResult(peer));
        Assert.Single(peer.Events, e => e.Kind == SctpEventKind.IncomingStreamReset);
        peer.Send(Packets.Data(peer.Tsn(2), 0, 0, DataFlags.Begin | DataFlags.End, 10));
        Assert.Equal(3, peer.Messages.Count);
    }

    [Fact]
    public void A_reset_that_comes_before_the_last_data_is_in_progress_until_the_data_came()
    {
        var peer = new ScriptedPeer();
        peer.Send(Reset(peer.Tsn(0), peer.Tsn(0), 0));
        Assert.Equal(ReconfigResult.InProgress, LastResult(peer));
        peer.Send(peer.Data(0));
        peer.Send(Reset(peer.Tsn(0), peer.Tsn(0), 0));
        Assert.Equal(ReconfigResult.Performed, LastResult(peer));
        Assert.Single(peer.Events, e => e.Kind == SctpEventKind.IncomingStreamReset);
    }

    [Fact]
    public void Requests_that_we_do_not_serve_or_that_come_out_of_order_are_answered()
    {
        var peer = new ScriptedPeer();
        peer.Send(Reset(peer.Tsn(5), peer.Tsn(0) - 1, 0));
        Assert.Equal(ReconfigResult.BadSequenceNumber, LastResult(peer));
        var add = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(add, (ushort)ParameterType.AddOutgoingStreams);
        BinaryPrimitives.WriteUInt16BigEndian(add.AsSpan(2), 12);
        BinaryPrimitives.WriteUInt32BigEndian(add.AsSpan(4), peer.Tsn(0));
        peer.Send(Packets.Chunk(ChunkType.Reconfig, 0, add));
        Assert.Equal(ReconfigResult.Denied, LastResult(peer));
    }

    [Fact]
    public void Without_RE_CONFIG_on_the_other_side_a_stream_ends_here_alone()
    {
        var peer = new ScriptedPeer(supportsReconfig: false);
        peer.Association.ResetStream(3, peer.Now);
        peer.Settle();
        Assert.Contains(peer.Events, e => e == new SctpEvent(SctpEventKind.OutgoingStreamReset, 3));
        Assert.Empty(peer.Received);
    }

    private static byte[] Reset(uint requestSequence, uint lastTsn, params ushort[] streams)
    {
        var parameter = new byte[PacketWriter.Pad(16 + 2 * streams.Length)];
        var length = OutgoingResetRequest.Write(parameter, requestSequence, 0, new Tsn(lastTsn), streams);
        return Packets.Chunk(ChunkType.Reconfig, 0, parameter.AsSpan(0, length));
    }

    private static ReconfigResult LastResult(ScriptedPeer peer)
    {
        var value = peer.Received.SelectMany(Packets.Chunks).Last(c => c.Type == ChunkType.Reconfig).Value;
        return (ReconfigResult)BinaryPrimitives.ReadUInt32BigEndian(value.AsSpan(8));
    }
}
