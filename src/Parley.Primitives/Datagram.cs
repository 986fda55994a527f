namespace Parley;

/// <summary>
/// One datagram on its way into a machine. The payload belongs to the callee for the length of the call and may be
/// decrypted in place.
/// </summary>
public readonly ref struct Datagram(Span<byte> payload, TransportAddress source)
{
    public Span<byte> Payload { get; } = payload;

    /// <summary>Where it came from, as the socket saw it.</summary>
    public TransportAddress Source { get; } = source;
}
