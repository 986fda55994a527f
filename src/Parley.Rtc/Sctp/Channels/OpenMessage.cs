using System.Buffers.Binary;
using System.Text;

namespace Parley.Rtc.Sctp.Channels;

/// <summary>The DATA_CHANNEL_OPEN message. (RFC 8832 §5.1)</summary>
internal readonly record struct OpenMessage(byte ChannelType, ushort Priority, uint Reliability, string Label, string Protocol)
{
    public const byte MessageType = 0x03;

    /// <summary>Longest label and protocol together that we keep for a peer, in bytes.</summary>
    public const int MaxNamesLength = 1024;

    public const int MaxLength = FixedLength + MaxNamesLength;

    private const int FixedLength = 12;

    /// <summary>(RFC 8831 §6.4)</summary>
    private const ushort NormalPriority = 256;

    private const byte UnorderedBit = 0x80;
    private const byte LimitedRetransmissions = 1;
    private const byte LimitedLifetime = 2;

    /// <summary>What its type and parameter ask for. Each type differs from its unordered form in the high bit. (§5.1)</summary>
    public DeliveryOptions Delivery => new(
        (ChannelType & UnorderedBit) != 0,
        (ChannelType & ~UnorderedBit) == LimitedRetransmissions ? (ushort)Math.Min(Reliability, ushort.MaxValue) : null,
        (ChannelType & ~UnorderedBit) == LimitedLifetime ? TimeSpan.FromMilliseconds(Reliability) : null);

    public static OpenMessage Of(string label, string protocol, in DeliveryOptions delivery)
    {
        var (type, parameter) = delivery switch
        {
            { MaxRetransmits: { } retransmits } => (LimitedRetransmissions, retransmits),
            { MaxLifetime: { } lifetime } => (LimitedLifetime, (uint)Math.Ceiling(lifetime.TotalMilliseconds)),
            _ => ((byte)0, 0u),
        };
        return new OpenMessage(delivery.IsUnordered ? (byte)(type | UnorderedBit) : type, NormalPriority, parameter, label, protocol);
    }

    public static bool TryParse(ReadOnlySpan<byte> message, out OpenMessage open)
    {
        open = default;
        if (message.Length < FixedLength || message[0] != MessageType) return false;
        // Reliable, and partially reliable by repetitions or by time, each ordered or not. (§8.2.2)
        if ((message[1] & ~UnorderedBit) > 2) return false;
        int label = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        int protocol = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (label + protocol > MaxNamesLength || message.Length < FixedLength + label + protocol) return false;
        open = new OpenMessage(
            message[1],
            BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(message[4..]),
            Encoding.UTF8.GetString(message.Slice(FixedLength, label)),
            Encoding.UTF8.GetString(message.Slice(FixedLength + label, protocol)));
        return true;
    }

    /// <summary>Writes it; returns its length, or 0 when the names are longer than <see cref="MaxNamesLength"/>.</summary>
    public int Write(Span<byte> message)
    {
        var label = Encoding.UTF8.GetByteCount(Label);
        var protocol = Encoding.UTF8.GetByteCount(Protocol);
        if (label + protocol > MaxNamesLength) return 0;
        message[0] = MessageType;
        message[1] = ChannelType;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Priority);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], Reliability);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], (ushort)label);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)protocol);
        Encoding.UTF8.GetBytes(Label, message[FixedLength..]);
        Encoding.UTF8.GetBytes(Protocol, message[(FixedLength + label)..]);
        return FixedLength + label + protocol;
    }
}
