#pragma warning disable CA1822 // Surface first: the members gain their state next.
namespace Parley.Rtc.Sctp;

/// <summary>
/// WebRTC data channels on one association (RFC 8831), opened by DCEP (RFC 8832) or by an agreed id. Packets and
/// time-outs go to the association; events are polled here instead of there. Poll events before packets. Single-threaded.
/// </summary>
public sealed class DataChannels
{
    private readonly SctpAssociation _association;

    /// <param name="association">Its events are consumed here.</param>
    /// <param name="isDtlsClient">The DTLS client opens channels with even ids, the server with odd ones. (RFC 8832 §6)</param>
    public DataChannels(SctpAssociation association, bool isDtlsClient)
    {
        ArgumentNullException.ThrowIfNull(association);
        _association = association;
        IsDtlsClient = isDtlsClient;
    }

    public bool IsDtlsClient { get; }

    public CounterTable<DataChannelCounter> Counters { get; } = new();

    /// <summary>Opens a reliable, ordered channel by DCEP; false when there is no free id or no room. Messages may be sent at once.</summary>
    public bool TryOpen(string label, string protocol, Instant now, out ushort channelId)
    {
        channelId = 0;
        return false;
    }

    /// <summary>Uses an id that both sides agreed on, without DCEP; false when the id is in use or beyond the streams there are.</summary>
    public bool TryOpenNegotiated(ushort channelId, string label) => false;

    public bool IsOpen(ushort channelId) => false;

    public SendStatus Send(ushort channelId, bool isBinary, ReadOnlySpan<byte> message, Instant now) =>
        _association.Send(channelId, 0, false, message, now);

    /// <summary>Closes a channel in order: what is queued on it is delivered first. (RFC 8831 §6.7)</summary>
    public void Close(ushort channelId, Instant now) => _association.ResetStream(channelId, now);

    public bool TryPollEvent(out DataChannelEvent channelEvent)
    {
        channelEvent = default;
        return false;
    }

    /// <summary>Copies the message of the last polled event and frees its memory; 0 when there is none. Throws when the span is too short.</summary>
    public int ReadPayload(Span<byte> destination) => _association.ReadPayload(destination);
}
