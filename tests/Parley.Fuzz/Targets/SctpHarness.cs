using System.Buffers.Binary;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sctp.Wire;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>
/// One association with its channels whose remote is the input. Drives it as its contract asks and checks, at every step, that packets and
/// wake-ups come to an end and that what it keeps is bounded.
/// </summary>
internal sealed class SctpHarness
{
    private const int HeaderLength = 12;
    private const ushort Port = 5000;

    /// <summary>Packets that one step may call forth: a full send buffer in small pieces, and the answers.</summary>
    private const int MaxPackets = 2000;

    /// <summary>Wake-ups at one instant: a deadline that goes away is gone long before.</summary>
    private const int MaxWakesAtOnce = 100;

    public static readonly SctpConfig Config = SctpConfig.Default with
    {
        MaxMessageSize = 16 * 1024, ReceiveBufferSize = 64 * 1024, SendBufferSize = 64 * 1024, StreamCount = 64,
    };

    private readonly byte[] _buffer = new byte[Config.MaxPacketSize];
    private readonly byte[] _payload = new byte[Config.MaxMessageSize];
    private byte[] _cookie = [];

    public SctpHarness()
    {
        Association = new SctpAssociation(Config, new SeededRandom(1));
        Channels = new DataChannels(Association, isDtlsClient: false);
    }

    public SctpAssociation Association { get; }

    public DataChannels Channels { get; }

    public Instant Now { get; private set; } = new(0);

    /// <summary>What the association wants to find in packets; 0 before it said so.</summary>
    public uint Tag { get; private set; }

    /// <summary>The next TSN of a remote that does everything right.</summary>
    public uint NextTsn { get; set; } = 1000;

    public bool IsReading { get; set; } = true;

    /// <summary>The value of the last HEARTBEAT ACK.</summary>
    public byte[] LastHeartbeatAck { get; private set; } = [];

    public static byte[] Chunk(ChunkType type, int flags, ReadOnlySpan<byte> value)
    {
        var chunk = new byte[(4 + value.Length + 3) & ~3];
        chunk[0] = (byte)type;
        chunk[1] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(chunk.AsSpan(2), (ushort)(4 + value.Length));
        value.CopyTo(chunk.AsSpan(4));
        return chunk;
    }

    public static byte[] Data(uint tsn, ushort stream, ushort ssn, uint protocol, DataFlags flags, ReadOnlySpan<byte> payload)
    {
        var value = new byte[DataHeader.Length + payload.Length];
        new DataHeader(new Tsn(tsn), stream, ssn, protocol, flags).Write(value);
        payload.CopyTo(value.AsSpan(DataHeader.Length));
        return Chunk(ChunkType.Data, (int)flags, value);
    }

    /// <summary>The fixed fields of INIT, Forward-TSN-Supported, and Supported Extensions with RE-CONFIG and FORWARD TSN.</summary>
    public static byte[] Init { get; } = Chunk(ChunkType.Init, 0,
    [
        1, 2, 3, 4, 0, 1, 0, 0, 0, 64, 0, 64, 0, 0, 3, 0xE8, 0xC0, 0, 0, 4, 0x80, 8, 0, 6, (byte)ChunkType.Reconfig, (byte)ChunkType.ForwardTsn, 0, 0,
    ]);

    public void Establish()
    {
        Receive(Init, tag: 0);
        Receive(Chunk(ChunkType.CookieEcho, 0, _cookie), Tag);
        Invariant.Equal(SctpState.Established, Association.State);
    }

    public byte[] Cookie => _cookie;

    /// <summary>Chunks behind a true header and under a true checksum.</summary>
    public void Receive(ReadOnlySpan<byte> chunks, uint tag)
    {
        var packet = new byte[HeaderLength + chunks.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, Port);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), Port);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), tag);
        chunks.CopyTo(packet.AsSpan(HeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), Crc32c.OfPacket(packet));
        ReceivePacket(packet);
    }

    public void ReceivePacket(ReadOnlySpan<byte> packet)
    {
        Association.HandlePacket(packet, Now);
        Settle();
    }

    public void RunFor(TimeSpan time)
    {
        var end = Now + time;
        var wakesAtOnce = 0;
        while (Association.NextDeadline.At <= end)
        {
            wakesAtOnce = Association.NextDeadline.At > Now ? 0 : wakesAtOnce + 1;
            if (wakesAtOnce > MaxWakesAtOnce) throw new InvariantException($"The deadline {Association.NextDeadline.Reason} goes away");
            if (Association.NextDeadline.At > Now) Now = Association.NextDeadline.At;
            Association.HandleTimeout(Now);
            Settle();
        }
        Now = end;
    }

    /// <summary>Events, then packets, to the end.</summary>
    public void Settle()
    {
        if (IsReading) ReadEvents();
        for (var packets = 0; Association.TryPollTransmit(_buffer, out var length); packets++)
        {
            Invariant.Holds(packets < MaxPackets);
            Invariant.Holds(length <= Config.MaxPacketSize);
            Learn(_buffer.AsSpan(0, length));
        }
        Invariant.Holds(Association.BufferedBytes <= Config.SendBufferSize);
        Invariant.Holds(Association.MaxOutboundMessageSize <= Config.MaxMessageSize);
    }

    /// <summary>An association that says it is up answers a HEARTBEAT.</summary>
    public void CheckIsUsable()
    {
        IsReading = true;
        Settle();
        if (Association.State != SctpState.Established) return;
        Receive(Chunk(ChunkType.Heartbeat, 0, [0, 1, 0, 8, 0xCA, 0xFE, 0xBA, 0xBE]), Tag);
        Invariant.Holds(LastHeartbeatAck is [0, 1, 0, 8, 0xCA, 0xFE, 0xBA, 0xBE]);
    }

    private void ReadEvents()
    {
        while (Channels.TryPollEvent(out var e))
        {
            if (e.Kind != DataChannelEventKind.MessageReceived) continue;
            Invariant.Holds(e.Length <= Config.MaxMessageSize);
            Invariant.Equal(e.Length, Channels.ReadPayload(_payload));
        }
    }

    private void Learn(ReadOnlySpan<byte> packet)
    {
        Invariant.Equal(Crc32c.OfPacket(packet), BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]));
        var reader = new ChunkReader(packet[HeaderLength..]);
        while (reader.TryRead(out var chunk))
        {
            if (chunk.Type is ChunkType.Init or ChunkType.InitAck) LearnInit(chunk.Value);
            if (chunk.Type == ChunkType.HeartbeatAck) LastHeartbeatAck = chunk.Value.ToArray();
        }
        Invariant.Holds(!reader.IsMalformed);
    }

    private void LearnInit(ReadOnlySpan<byte> value)
    {
        Tag = BinaryPrimitives.ReadUInt32BigEndian(value);
        var parameters = new ChunkReader(value[InitChunk.FixedLength..]);
        while (parameters.TryRead(out var parameter))
            if ((ParameterType)parameter.ParameterType == ParameterType.StateCookie) _cookie = parameter.Value.ToArray();
    }
}
