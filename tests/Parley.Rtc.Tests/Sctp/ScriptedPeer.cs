using System.Buffers.Binary;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sctp.Wire;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>An established association whose peer is the test: packets go in by hand, and all that comes out is kept.</summary>
internal sealed class ScriptedPeer
{
    private const uint OwnTag = 0x01020304;

    private readonly byte[] _buffer = new byte[SctpConfig.Default.MaxPacketSize];
    private readonly uint _initialTsn;

    public ScriptedPeer(uint initialTsn = 1000, bool supportsReconfig = true)
    {
        _initialTsn = initialTsn;
        Association = new SctpAssociation(SctpConfig.Default, new SeededRandom(1));
        var init = new byte[InitChunk.WrittenLength];
        InitChunk.Write(init, new InitFields(OwnTag, 1_000_000, 100, 100, new Tsn(initialTsn), true, true));
        if (!supportsReconfig) init = init[..InitChunk.FixedLength];
        Receive(Packets.Of(0, Packets.Chunk(ChunkType.Init, 0, init)));
        var initAck = Packets.Chunks(Received.Single()).Single().Value;
        Tag = BinaryPrimitives.ReadUInt32BigEndian(initAck);
        PeerTsn = BinaryPrimitives.ReadUInt32BigEndian(initAck.AsSpan(12));
        var reader = new ChunkReader(initAck.AsSpan(InitChunk.FixedLength));
        byte[] cookie = [];
        while (reader.TryRead(out var parameter))
            if ((ParameterType)parameter.ParameterType == ParameterType.StateCookie) cookie = parameter.Value.ToArray();
        Send(Packets.Chunk(ChunkType.CookieEcho, 0, cookie));
        Assert.Equal(SctpState.Established, Association.State);
        Received.Clear();
    }

    public SctpAssociation Association { get; }

    public Instant Now { get; private set; } = new(0);

    /// <summary>What the association wants to find in packets.</summary>
    public uint Tag { get; }

    /// <summary>The first TSN that the association sends.</summary>
    public uint PeerTsn { get; }

    public List<byte[]> Received { get; } = [];

    public List<SctpEvent> Events { get; } = [];

    public List<byte[]> Messages { get; } = [];

    public uint Tsn(int index) => _initialTsn + (uint)index;

    /// <summary>A whole small message, the <paramref name="index"/>th on stream 0.</summary>
    public byte[] Data(int index) => Packets.Data(Tsn(index), 0, (ushort)index, DataFlags.Begin | DataFlags.End, 10);

    public void Send(params byte[][] chunks) => Receive(Packets.Of(Tag, chunks));

    public void Receive(byte[] packet)
    {
        Association.HandlePacket(packet, Now);
        Settle();
    }

    public void RunFor(double milliseconds)
    {
        var end = Now + TimeSpan.FromMilliseconds(milliseconds);
        while (Association.NextDeadline.At <= end)
        {
            Now = Association.NextDeadline.At;
            Association.HandleTimeout(Now);
            Settle();
        }
        Now = end;
    }

    public void Settle()
    {
        while (Association.TryPollEvent(out var e))
        {
            Events.Add(e);
            if (e.Kind != SctpEventKind.MessageReceived) continue;
            var payload = new byte[e.Length];
            Association.ReadPayload(payload);
            Messages.Add(payload);
        }
        while (Association.TryPollTransmit(_buffer, out var length)) Received.Add(_buffer.AsSpan(0, length).ToArray());
    }

    public byte[] LastSackChunk() => Received.SelectMany(Packets.Chunks).Last(c => c.Type == ChunkType.Sack).Value;

    /// <summary>Cumulative TSN and number of gaps of the last SACK.</summary>
    public (uint Cumulative, int Gaps) LastSack()
    {
        Assert.True(SackChunk.TryParse(LastSackChunk(), out var sack));
        return (sack.CumulativeTsn.Value, sack.GapCount);
    }
}
