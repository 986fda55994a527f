using System.Diagnostics.CodeAnalysis;
using Parley.Rtc.Sctp.Channels;

namespace Parley.Rtc.Sctp;

/// <summary>
/// WebRTC data channels on one association (RFC 8831), opened by DCEP (RFC 8832) or by an agreed id. Packets and
/// time-outs go to the association; events are polled here instead of there. Poll events before packets. Single-threaded.
/// </summary>
public sealed class DataChannels
{
    /// <summary>Channels at a time; a peer that opens more is refused. It bounds what labels can occupy.</summary>
    public const int MaxChannels = 128;

    private const byte AckMessageType = 0x02;

    private readonly SctpAssociation _association;
    private readonly bool _isDtlsClient;
    private readonly Dictionary<ushort, DataChannel> _channels = [];
    private readonly Queue<DataChannelEvent> _events = [];
    private bool _isPayloadMeaningless;
    private bool _isConnected;

    /// <param name="association">Its events are consumed here.</param>
    /// <param name="isDtlsClient">The DTLS client opens channels with even ids, the server with odd ones. (RFC 8832 §6)</param>
    public DataChannels(SctpAssociation association, bool isDtlsClient)
    {
        ArgumentNullException.ThrowIfNull(association);
        _association = association;
        _isDtlsClient = isDtlsClient;
    }

    public CounterTable<DataChannelCounter> Counters { get; } = new();

    /// <summary>
    /// Opens a channel, by DCEP or as agreed; false when there is no free id or no room, or the agreed id is in use or beyond the streams
    /// there are. Messages may be sent at once.
    /// </summary>
    /// <exception cref="ArgumentException">Options that exclude each other, or names that are too long.</exception>
    public bool TryOpen(DataChannelOptions options, Instant now, out ushort channelId)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        channelId = options.NegotiatedId ?? 0;
        var delivery = new DeliveryOptions(!options.IsOrdered, options.MaxRetransmits, options.MaxPacketLifetime);
        if (options.NegotiatedId is { } agreed) return TryOpenNegotiated(new DataChannel(agreed, options.Label, options.Protocol, delivery));
        if (_channels.Count >= MaxChannels || !TryFindFreeId(out var id)) return false;
        Span<byte> message = stackalloc byte[OpenMessage.MaxLength];
        var length = OpenMessage.Of(options.Label, options.Protocol, delivery).Write(message);
        if (length == 0) throw new ArgumentException($"Label and protocol together have at most {OpenMessage.MaxNamesLength} bytes.", nameof(options));
        if (_association.Send(id, PayloadProtocol.Dcep, isUnordered: false, message[..length], now) != SendStatus.Queued) return false;
        _channels[id] = new DataChannel(id, options.Label, options.Protocol, delivery) { IsAckAwaited = true };
        channelId = id;
        return true;
    }

    private bool TryOpenNegotiated(DataChannel channel)
    {
        if (channel.Id >= _association.OutboundStreamCount || _channels.Count >= MaxChannels || _association.CloseReason != SctpCloseReason.None)
            return false;
        channel.IsNegotiated = true;
        if (_association.IsResetting(channel.Id) || !_channels.TryAdd(channel.Id, channel)) return false;
        if (_isConnected) _events.Enqueue(Opened(channel));
        return true;
    }

    /// <summary>Messages may be sent on it.</summary>
    public bool IsOpen(ushort channelId) => TryGetOpen(channelId, out _);

    /// <summary>Queues one message, which may be empty. Text is UTF-8.</summary>
    public SendStatus Send(ushort channelId, bool isBinary, ReadOnlySpan<byte> message, Instant now)
    {
        if (!TryGetOpen(channelId, out var channel)) return SendStatus.NotOpen;
        var protocol = PayloadProtocol.Of(isBinary, message.IsEmpty);
        if (message.IsEmpty) message = [0];
        return _association.Send(channelId, protocol, channel.Delivery, message, now);
    }

    /// <summary>Closes a channel in order: what is queued on it is delivered first. (RFC 8831 §6.7)</summary>
    public void Close(ushort channelId, Instant now)
    {
        if (TryGetOpen(channelId, out var channel)) BeginClose(channel, now);
    }

    /// <summary>Bytes sent on a channel and not acknowledged.</summary>
    public int BufferedAmount(ushort channelId) => _association.BufferedBytesOf(channelId);

    /// <summary>Asks for <see cref="DataChannelEventKind.BufferLow"/> whenever the buffered amount falls to this; null asks no more.</summary>
    public void SetBufferLowThreshold(ushort channelId, int? bytes)
    {
        if (TryGetOpen(channelId, out _)) _association.SetBufferLowThreshold(channelId, bytes);
    }

    /// <summary>Takes the next event; some make the association answer, for example with an acknowledgement.</summary>
    public bool TryPollEvent(out DataChannelEvent channelEvent)
    {
        while (!_events.TryDequeue(out channelEvent))
        {
            _isPayloadMeaningless = false;
            if (!_association.TryPollEvent(out var sctpEvent)) return false;
            Handle(sctpEvent, _association.Now);
        }
        return true;
    }

    /// <summary>Copies the message of the last polled event and frees its memory; 0 when there is none. Throws when the span is too short.</summary>
    public int ReadPayload(Span<byte> destination) => _isPayloadMeaningless ? 0 : _association.ReadPayload(destination);

    private void Handle(in SctpEvent sctpEvent, Instant now)
    {
        switch (sctpEvent.Kind)
        {
            case SctpEventKind.Connected:
                _isConnected = true;
                _events.Enqueue(new DataChannelEvent(DataChannelEventKind.Connected));
                foreach (var channel in _channels.Values)
                    if (channel.IsNegotiated) _events.Enqueue(Opened(channel));
                break;
            case SctpEventKind.MessageReceived when sctpEvent.PayloadProtocol == PayloadProtocol.Dcep:
                HandleControl(sctpEvent.StreamId, sctpEvent.Length, now);
                break;
            case SctpEventKind.MessageReceived:
                HandleMessage(sctpEvent);
                break;
            case SctpEventKind.IncomingStreamReset:
                HandleIncomingReset(sctpEvent.StreamId, now);
                break;
            case SctpEventKind.OutgoingStreamReset:
                if (!_channels.TryGetValue(sctpEvent.StreamId, out var closing)) break;
                closing.IsOutgoingReset = true;
                FinishClose(closing);
                break;
            case SctpEventKind.BufferLow:
                if (IsOpen(sctpEvent.StreamId)) _events.Enqueue(new DataChannelEvent(DataChannelEventKind.BufferLow, sctpEvent.StreamId));
                break;
            case SctpEventKind.Writable:
                foreach (var channel in _channels.Values)
                    if (channel.IsAckOwed) Acknowledge(channel, now);
                _events.Enqueue(new DataChannelEvent(DataChannelEventKind.Writable));
                break;
            case SctpEventKind.Closed:
                foreach (var id in _channels.Keys) _events.Enqueue(new DataChannelEvent(DataChannelEventKind.ChannelClosed, id));
                _channels.Clear();
                _events.Enqueue(new DataChannelEvent(DataChannelEventKind.Closed, CloseReason: sctpEvent.CloseReason));
                break;
        }
    }

    private void HandleMessage(in SctpEvent message)
    {
        if (!PayloadProtocol.IsMessage(message.PayloadProtocol)) Counters.Increment(DataChannelCounter.UnknownProtocol);
        else if (!_channels.TryGetValue(message.StreamId, out var channel)) Counters.Increment(DataChannelCounter.MessageOnUnknownChannel);
        // After our Close nobody waits for messages any more.
        else if (!channel.IsClosing)
        {
            _isPayloadMeaningless = PayloadProtocol.IsEmpty(message.PayloadProtocol);
            _events.Enqueue(new DataChannelEvent(
                DataChannelEventKind.MessageReceived,
                channel.Id,
                IsBinary: PayloadProtocol.IsBinary(message.PayloadProtocol),
                Length: _isPayloadMeaningless ? 0 : message.Length));
        }
    }

    private void HandleControl(ushort streamId, int length, Instant now)
    {
        Span<byte> message = stackalloc byte[OpenMessage.MaxLength];
        if (length <= message.Length)
        {
            message = message[.._association.ReadPayload(message)];
            if (message[0] == AckMessageType)
            {
                HandleAck(streamId);
                return;
            }
            if (OpenMessage.TryParse(message, out var open))
            {
                HandleOpen(streamId, open, now);
                return;
            }
        }
        Counters.Increment(DataChannelCounter.MalformedControl);
        if (!_channels.ContainsKey(streamId)) _association.ResetStream(streamId, now);
    }

    private void HandleOpen(ushort streamId, in OpenMessage open, Instant now)
    {
        if (_channels.TryGetValue(streamId, out var existing))
        {
            // §6: an error, to be answered by closing the channel.
            Counters.Increment(DataChannelCounter.OpenOnUsedStream);
            if (!existing.IsClosing) BeginClose(existing, now);
            return;
        }
        // The peer's ids are odd when ours are even. One that is not is an error without harm as long as the id is free.
        if (streamId % 2 == 0 == _isDtlsClient) Counters.Increment(DataChannelCounter.OpenWithWrongParity);
        if (_channels.Count >= MaxChannels || streamId >= _association.OutboundStreamCount)
        {
            Counters.Increment(DataChannelCounter.OpenRefused);
            _association.ResetStream(streamId, now);
            return;
        }
        var channel = new DataChannel(streamId, open.Label, open.Protocol, open.Delivery);
        _channels[streamId] = channel;
        Acknowledge(channel, now);
        _events.Enqueue(Opened(channel));
    }

    private void HandleAck(ushort streamId)
    {
        if (!_channels.TryGetValue(streamId, out var channel) || !channel.IsAckAwaited)
        {
            Counters.Increment(DataChannelCounter.UnexpectedAck);
            return;
        }
        channel.IsAckAwaited = false;
        if (!channel.IsClosing) _events.Enqueue(Opened(channel));
    }

    private void Acknowledge(DataChannel channel, Instant now)
    {
        var status = _association.Send(channel.Id, PayloadProtocol.Dcep, isUnordered: false, [AckMessageType], now);
        channel.IsAckOwed = status == SendStatus.Blocked;
    }

    /// <summary>The peer closed the channel: we close our direction too. (RFC 8831 §6.7)</summary>
    private void HandleIncomingReset(ushort streamId, Instant now)
    {
        if (!_channels.TryGetValue(streamId, out var channel)) return;
        channel.IsIncomingReset = true;
        if (!channel.IsClosing) BeginClose(channel, now);
        FinishClose(channel);
    }

    private void BeginClose(DataChannel channel, Instant now)
    {
        channel.IsClosing = true;
        _association.ResetStream(channel.Id, now);
    }

    private void FinishClose(DataChannel channel)
    {
        // A peer without RE-CONFIG cannot tell of its side: then ours is enough.
        if (!channel.IsOutgoingReset || !channel.IsIncomingReset && _association.PeerSupportsStreamReset) return;
        _channels.Remove(channel.Id);
        _association.SetBufferLowThreshold(channel.Id, null);
        _events.Enqueue(new DataChannelEvent(DataChannelEventKind.ChannelClosed, channel.Id));
    }

    private bool TryGetOpen(ushort channelId, [NotNullWhen(true)] out DataChannel? channel) =>
        _channels.TryGetValue(channelId, out channel) && !channel.IsClosing;

    private bool TryFindFreeId(out ushort id)
    {
        for (var candidate = _isDtlsClient ? 0 : 1; candidate < _association.OutboundStreamCount; candidate += 2)
        {
            id = (ushort)candidate;
            if (!_channels.ContainsKey(id) && !_association.IsResetting(id)) return true;
        }
        id = 0;
        return false;
    }

    private static DataChannelEvent Opened(DataChannel channel) =>
        new(DataChannelEventKind.ChannelOpened, channel.Id, channel.Label, channel.Protocol);
}
