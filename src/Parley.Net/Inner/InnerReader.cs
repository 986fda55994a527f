using System.Buffers.Binary;

namespace Parley.Net.Inner;

/// <summary>Reads the records of an inner datagram in place. Never throws and allocates nothing, whatever the bytes are.</summary>
public ref struct InnerReader
{
    private Span<byte> _records;

    private InnerReader(Span<byte> records, bool isAboutFlows, ushort ingress)
    {
        _records = records;
        IsAboutFlows = isAboutFlows;
        Ingress = ingress;
    }

    /// <summary>The relay's number for where these clients came in.</summary>
    public ushort Ingress { get; }

    /// <summary>It asks for a transceiver's clients, or names them: what its records carry is no client's.</summary>
    public bool IsAboutFlows { get; }

    /// <summary><see cref="InnerStatus.Malformed"/> after a record that does not fit; no more come then.</summary>
    public InnerStatus Status { get; private set; }

    /// <summary>Checks the header and, if asked to, the tag; anything but <see cref="InnerStatus.Ok"/>: the datagram is to be dropped and counted.</summary>
    /// <param name="direction">Where the reader stands: datagrams that go the other way are refused.</param>
    /// <param name="authenticator">
    /// Null: datagrams are believed as they are, and a tag is skipped; so a fleet can first begin to tag and then begin to ask for tags.
    /// </param>
    public static InnerStatus Open(Span<byte> datagram, InnerDirection direction, InnerAuthenticator? authenticator, out InnerReader reader)
    {
        reader = default;
        if (datagram.Length < InnerLayout.HeaderLength) return InnerStatus.TooShort;
        int flags = datagram[1];
        if (datagram[0] != InnerLayout.Magic || (flags & InnerLayout.UnknownFlags) != 0) return InnerStatus.UnknownVersion;
        if ((flags & InnerLayout.ToRelayFlag) != 0 != (direction == InnerDirection.ToRelay)) return InnerStatus.WrongDirection;
        var records = datagram[InnerLayout.HeaderLength..];
        if ((flags & InnerLayout.TaggedFlag) != 0)
        {
            if (records.Length < InnerLayout.TagLength) return InnerStatus.TooShort;
            if (authenticator?.Check(datagram) is { } status and not InnerStatus.Ok) return status;
            records = records[..^InnerLayout.TagLength];
        }
        else if (authenticator is not null) return InnerStatus.NotTagged;
        else if (flags >> InnerLayout.KeyIdShift != 0) return InnerStatus.UnknownVersion;
        reader = new InnerReader(records, (flags & InnerLayout.FlowsFlag) != 0, BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]));
        return InnerStatus.Ok;
    }

    /// <summary>The next packet, in the order in which they were written. False at the end; <see cref="Status"/> says whether it is a good one.</summary>
    public bool TryRead(out TransportAddress client, out Span<byte> payload)
    {
        client = default;
        payload = default;
        // Padding begins with a length of zero; a last byte alone is padding, too, for want of room for a length.
        if (_records.Length < sizeof(ushort) || BinaryPrimitives.ReadUInt16BigEndian(_records) == 0)
        {
            if (_records is [not 0]) Status = InnerStatus.Malformed;
            _records = default;
            return false;
        }
        if (!InnerLayout.TryReadRecord(_records, out client, out var offset, out var length))
        {
            Status = InnerStatus.Malformed;
            _records = default;
            return false;
        }
        payload = _records.Slice(offset, length);
        _records = _records[(offset + length)..];
        return true;
    }
}
