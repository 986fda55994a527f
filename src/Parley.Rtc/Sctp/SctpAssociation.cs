#pragma warning disable CA1822 // Surface first: the members gain their state next.
namespace Parley.Rtc.Sctp;

/// <summary>
/// One SCTP association over a pipe of packets, which for WebRTC is DTLS (RFC 9260, RFC 8261). A pure machine: after any
/// call, poll events until there are none, then packets until there are none. Single-threaded.
/// </summary>
public sealed class SctpAssociation
{
    public SctpAssociation(SctpConfig config, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(random);
        config.Validate();
        MaxOutboundMessageSize = config.MaxMessageSize;
        InitialRto = config.InitialRto;
    }

    public SctpState State { get; private set; }

    public SctpCloseReason CloseReason { get; private set; }

    /// <summary>Longest message <see cref="Send"/> takes, in bytes: the peer's a=max-message-size, when it is below ours.</summary>
    public int MaxOutboundMessageSize { get; set; }

    /// <summary>Used until a round trip is measured; to be set before <see cref="Start"/>, for example from the ICE round trip.</summary>
    public TimeSpan InitialRto { get; set; }

    /// <summary>Smoothed round-trip time; zero until one is measured.</summary>
    public TimeSpan RoundTripTime { get; }

    /// <summary>Bytes of messages that are not acknowledged yet.</summary>
    public int BufferedBytes { get; }

    public CounterTable<SctpCounter> Counters { get; } = new();

    public Deadline NextDeadline { get; } = Deadline.None;

    /// <summary>Sends INIT. Both sides may; a side that does not answers its peer's.</summary>
    public void Start(Instant now) => State = SctpState.Closed;

    /// <summary>Takes one SCTP packet out of the pipe.</summary>
    public void HandlePacket(ReadOnlySpan<byte> packet, Instant now) => CloseReason = SctpCloseReason.None;

    public void HandleTimeout(Instant now) => State = SctpState.Closed;

    /// <summary>Writes one packet into <paramref name="buffer"/>, which must hold <see cref="SctpConfig.MaxPacketSize"/> bytes.</summary>
    public bool TryPollTransmit(Span<byte> buffer, out int length)
    {
        length = 0;
        return false;
    }

    public bool TryPollEvent(out SctpEvent sctpEvent)
    {
        sctpEvent = default;
        return false;
    }

    /// <summary>Copies the message of the last polled event and frees its memory; 0 when there is none. Throws when the span is too short.</summary>
    public int ReadPayload(Span<byte> destination) => 0;

    /// <summary>Queues one message on a stream. Works before the handshake is complete; the message then waits.</summary>
    public SendStatus Send(ushort streamId, uint payloadProtocol, bool isUnordered, ReadOnlySpan<byte> message, Instant now) => SendStatus.NotOpen;

    /// <summary>Ends our sending direction of a stream, once all sent on it is acknowledged. (RFC 6525)</summary>
    public void ResetStream(ushort streamId, Instant now) => State = SctpState.Closed;

    /// <summary>Ends in order: what is queued is delivered first.</summary>
    public void Shutdown(Instant now) => State = SctpState.Closed;

    /// <summary>Ends at once; the peer is told.</summary>
    public void Abort(Instant now) => State = SctpState.Closed;
}
