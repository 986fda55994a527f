namespace Parley.Net.Inner;

/// <summary>
/// Bundles packets into one inner datagram. It does not hold the buffer: each method is given the same one, whose length bounds the
/// datagram (<see cref="InnerLayout.DefaultMaxLength"/>, or what the private network carries unfragmented). Allocates nothing.
/// </summary>
/// <example>
/// <code>
/// var writer = InnerWriter.Begin(buffer, InnerDirection.ToRelay, ingress, authenticator);
/// while (…) if (!writer.TryAdd(buffer, client, payload)) { Send(buffer[..writer.Finish(buffer)]); … }
/// </code>
/// </example>
public struct InnerWriter
{
    private readonly InnerAuthenticator? _authenticator;
    private int _length;

    private InnerWriter(InnerAuthenticator? authenticator)
    {
        _authenticator = authenticator;
        _length = InnerLayout.HeaderLength;
    }

    /// <summary>Packets that were added.</summary>
    public int Count { get; private set; }

    /// <param name="authenticator">Null: the datagram is not tagged.</param>
    public static InnerWriter Begin(Span<byte> buffer, InnerDirection direction, ushort ingress, InnerAuthenticator? authenticator)
    {
        InnerLayout.WriteHeader(buffer, direction, ingress);
        return new InnerWriter(authenticator);
    }

    /// <summary>The same for a datagram about flows: a relay's question as it is, a transceiver's answer with <see cref="TryName"/>.</summary>
    public static InnerWriter BeginFlows(Span<byte> buffer, InnerDirection direction, ushort ingress, InnerAuthenticator? authenticator)
    {
        var writer = Begin(buffer, direction, ingress, authenticator);
        buffer[1] |= InnerLayout.FlowsFlag;
        return writer;
    }

    /// <summary>Adds a client to an answer about flows; false when it does not fit.</summary>
    public bool TryName(Span<byte> buffer, in TransportAddress client) => TryAdd(buffer, client, [0]);

    /// <summary>False, and nothing is added, when it does not fit or is empty. What does not fit into an empty datagram needs a larger buffer.</summary>
    public bool TryAdd(Span<byte> buffer, in TransportAddress client, ReadOnlySpan<byte> payload)
    {
        var header = InnerLayout.RecordHeaderLength(client);
        var end = _length + header + payload.Length;
        if (payload.IsEmpty || payload.Length > ushort.MaxValue || end > buffer.Length - TagLength) return false;
        InnerLayout.WriteRecordHeader(buffer[_length..], client, payload.Length);
        payload.CopyTo(buffer[(_length + header)..]);
        _length = end;
        Count++;
        return true;
    }

    /// <summary>Writes the tag if there is to be one; the length of the datagram.</summary>
    public int Finish(Span<byte> buffer)
    {
        _length += TagLength;
        _authenticator?.Sign(buffer[.._length]);
        return _length;
    }

    /// <summary>The same, padded to the whole buffer: datagrams of one length can go out together. (UDP_SEGMENT)</summary>
    public int FinishPadded(Span<byte> buffer)
    {
        var end = buffer.Length - TagLength;
        buffer[_length..end].Clear();
        _length = end;
        return Finish(buffer);
    }

    private readonly int TagLength => _authenticator is null ? 0 : InnerLayout.TagLength;
}
