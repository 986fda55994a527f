using System.Buffers.Binary;

namespace Parley.Rtc.Sctp.Wire;

/// <summary>The fixed fields of INIT and INIT ACK, and what their parameters announce. (RFC 9260 §3.3.2–3)</summary>
internal readonly record struct InitFields(
    uint InitiateTag, uint ReceiverWindow, ushort OutboundStreams, ushort InboundStreams, Tsn InitialTsn, bool SupportsForwardTsn, bool SupportsReconfig);

/// <summary>An INIT or INIT ACK as received.</summary>
internal ref struct InitChunk
{
    public const int FixedLength = 16;

    /// <summary>Enough for any extension that exists; what is beyond is not reported.</summary>
    private const int MaxReportedLength = 256;

    public InitFields Fields { get; private set; }

    /// <summary>Empty when there is none, as in every INIT.</summary>
    public ReadOnlySpan<byte> Cookie { get; private set; }

    /// <summary>Bytes of <c>unrecognized</c> in use: parameters to be reported back.</summary>
    public int UnrecognizedLength { get; private set; }

    public int UnknownParameters { get; private set; }

    /// <param name="value">The chunk's value.</param>
    /// <param name="unrecognized">Room for the parameters to be reported, as they came, each padded.</param>
    /// <param name="chunk">What was read.</param>
    public static bool TryParse(ReadOnlySpan<byte> value, Span<byte> unrecognized, out InitChunk chunk)
    {
        chunk = default;
        if (value.Length < FixedLength) return false;
        var fields = new InitFields(
            BinaryPrimitives.ReadUInt32BigEndian(value),
            BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(value[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(value[10..]),
            new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value[12..])),
            SupportsForwardTsn: false,
            SupportsReconfig: false);
        var reader = new ChunkReader(value[FixedLength..]);
        while (reader.TryRead(out var parameter))
        {
            switch ((ParameterType)parameter.ParameterType)
            {
                case ParameterType.StateCookie:
                    chunk.Cookie = parameter.Value;
                    break;
                case ParameterType.ForwardTsnSupported:
                    fields = fields with { SupportsForwardTsn = true };
                    break;
                case ParameterType.SupportedExtensions:
                    if (parameter.Value.Contains((byte)ChunkType.Reconfig)) fields = fields with { SupportsReconfig = true };
                    if (parameter.Value.Contains((byte)ChunkType.ForwardTsn)) fields = fields with { SupportsForwardTsn = true };
                    break;
                // Addresses mean nothing over DTLS (RFC 8261 §6.6); the others are known and need no action.
                case ParameterType.IPv4Address or ParameterType.IPv6Address or ParameterType.SupportedAddressTypes:
                case ParameterType.CookiePreservative or ParameterType.EcnCapable or ParameterType.UnrecognizedParameter:
                    break;
                default:
                    chunk.UnknownParameters++;
                    var action = UnknownTypeAction.OfParameter(parameter.ParameterType);
                    if (action.Reports) chunk.Report(parameter.Whole, unrecognized);
                    if (action.Continues) break;
                    chunk.Fields = fields;
                    return true;
            }
        }
        chunk.Fields = fields;
        return !reader.IsMalformed;
    }

    private void Report(ReadOnlySpan<byte> parameter, Span<byte> unrecognized)
    {
        var padded = PacketWriter.Pad(parameter.Length);
        if (UnrecognizedLength + padded > Math.Min(unrecognized.Length, MaxReportedLength)) return;
        parameter.CopyTo(unrecognized[UnrecognizedLength..]);
        unrecognized.Slice(UnrecognizedLength + parameter.Length, padded - parameter.Length).Clear();
        UnrecognizedLength += padded;
    }

    /// <summary>Writes the fixed fields and what we support; returns the length. Streams are announced equal both ways.</summary>
    public static int Write(Span<byte> value, in InitFields fields)
    {
        BinaryPrimitives.WriteUInt32BigEndian(value, fields.InitiateTag);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], fields.ReceiverWindow);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], fields.OutboundStreams);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], fields.InboundStreams);
        BinaryPrimitives.WriteUInt32BigEndian(value[12..], fields.InitialTsn.Value);
        SupportedParameters.CopyTo(value[FixedLength..]);
        return FixedLength + SupportedParameters.Length;
    }

    /// <summary>Writes an INIT with its chunk header.</summary>
    public static void WriteWhole(Span<byte> chunk, in InitFields fields)
    {
        var length = Chunk.HeaderLength + Write(chunk[Chunk.HeaderLength..], fields);
        chunk[0] = (byte)ChunkType.Init;
        chunk[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(chunk[2..], (ushort)length);
    }

    /// <summary>Bytes of the parameters that say what we support.</summary>
    public const int SupportedLength = 12;

    public static int WrittenLength => FixedLength + SupportedLength;

    /// <summary>Forward-TSN-Supported, then Supported Extensions with RE-CONFIG and FORWARD TSN, padded.</summary>
    private static ReadOnlySpan<byte> SupportedParameters =>
        [0xC0, 0x00, 0, 4, 0x80, 0x08, 0, 6, (byte)ChunkType.Reconfig, (byte)ChunkType.ForwardTsn, 0, 0];
}
