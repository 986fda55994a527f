using System.Buffers.Binary;

namespace Parley.Rtc.Sctp.Wire;

/// <summary>Results of a re-configuration request. (RFC 6525 §4.4)</summary>
internal enum ReconfigResult : uint
{
    NothingToDo = 0,
    Performed = 1,
    Denied = 2,
    WrongSsn = 3,
    RequestInProgress = 4,
    BadSequenceNumber = 5,
    InProgress = 6,
}

/// <summary>The sender's streams are to begin anew after <see cref="LastAssignedTsn"/>. (RFC 6525 §4.1)</summary>
internal readonly ref struct OutgoingResetRequest
{
    public const int FixedLength = 12;

    private OutgoingResetRequest(ReadOnlySpan<byte> value)
    {
        RequestSequence = BinaryPrimitives.ReadUInt32BigEndian(value);
        ResponseSequence = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        LastAssignedTsn = new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value[8..]));
        Streams = new StreamList(value[FixedLength..]);
    }

    public uint RequestSequence { get; }

    public uint ResponseSequence { get; }

    public Tsn LastAssignedTsn { get; }

    /// <summary>Empty means every stream.</summary>
    public StreamList Streams { get; }

    public static bool TryParse(ReadOnlySpan<byte> value, out OutgoingResetRequest request)
    {
        request = default;
        if (value.Length < FixedLength || value.Length % 2 != 0) return false;
        request = new OutgoingResetRequest(value);
        return true;
    }

    /// <summary>Writes the whole parameter, header included; returns its length without padding.</summary>
    public static int Write(Span<byte> parameter, uint requestSequence, uint responseSequence, Tsn lastAssignedTsn, ReadOnlySpan<ushort> streams)
    {
        var length = Chunk.HeaderLength + FixedLength + streams.Length * sizeof(ushort);
        BinaryPrimitives.WriteUInt16BigEndian(parameter, (ushort)ParameterType.OutgoingResetRequest);
        BinaryPrimitives.WriteUInt16BigEndian(parameter[2..], (ushort)length);
        BinaryPrimitives.WriteUInt32BigEndian(parameter[4..], requestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(parameter[8..], responseSequence);
        BinaryPrimitives.WriteUInt32BigEndian(parameter[12..], lastAssignedTsn.Value);
        for (var i = 0; i < streams.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(parameter[(16 + i * sizeof(ushort))..], streams[i]);
        return length;
    }
}

/// <summary>Stream ids as they stand in a request.</summary>
internal readonly ref struct StreamList(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Count => _bytes.Length / sizeof(ushort);

    public ushort this[int index] => BinaryPrimitives.ReadUInt16BigEndian(_bytes[(index * sizeof(ushort))..]);
}

/// <summary>The answer to a request. (RFC 6525 §4.4)</summary>
internal readonly record struct ReconfigResponse(uint ResponseSequence, ReconfigResult Result)
{
    public const int WholeLength = 12;

    public static bool TryParse(ReadOnlySpan<byte> value, out ReconfigResponse response)
    {
        response = default;
        if (value.Length < 8) return false;
        response = new ReconfigResponse(
            BinaryPrimitives.ReadUInt32BigEndian(value), (ReconfigResult)BinaryPrimitives.ReadUInt32BigEndian(value[4..]));
        return true;
    }

    public void Write(Span<byte> parameter)
    {
        BinaryPrimitives.WriteUInt16BigEndian(parameter, (ushort)ParameterType.ReconfigResponse);
        BinaryPrimitives.WriteUInt16BigEndian(parameter[2..], WholeLength);
        BinaryPrimitives.WriteUInt32BigEndian(parameter[4..], ResponseSequence);
        BinaryPrimitives.WriteUInt32BigEndian(parameter[8..], (uint)Result);
    }
}
