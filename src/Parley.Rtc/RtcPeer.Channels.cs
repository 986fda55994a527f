using Parley.Rtc.Sctp;

namespace Parley.Rtc;

/// <summary>The data channels of the peer. They live in <see cref="DataChannels"/>; here the rest of the peer is kept in step.</summary>
public sealed partial class RtcPeer
{
    private DataChannels? Channels => State == PeerState.Connected ? _secure!.Channels : null;

    /// <summary>The longest message that the remote takes, in bytes: a longer one is <see cref="SendStatus.TooLarge"/>. (RFC 8841 §6)</summary>
    public int MaxMessageLength => _sctp.MaxOutboundMessageSize;

    /// <summary>Opens a reliable, ordered data channel by DCEP; false before the peer is connected, or when no id is free.</summary>
    public bool TryOpenChannel(string label, Instant now, out ushort channelId) =>
        TryOpenChannel(new DataChannelOptions { Label = label }, now, out channelId);

    /// <summary>
    /// Opens a data channel; messages may be sent on it at once. False before the peer is connected, when no id is free, or the agreed one is
    /// in use.
    /// </summary>
    /// <exception cref="ArgumentException">Options that exclude each other, or names that are too long.</exception>
    public bool TryOpenChannel(DataChannelOptions options, Instant now, out ushort channelId)
    {
        channelId = 0;
        if (Channels is not { } channels || !channels.TryOpen(options, now, out channelId)) return false;
        Settle(now);
        return true;
    }

    /// <summary>Sends a message, which may be empty. Text is UTF-8.</summary>
    public SendStatus SendMessage(ushort channelId, bool isBinary, ReadOnlySpan<byte> message, Instant now)
    {
        if (Channels is not { } channels) return SendStatus.NotOpen;
        var status = channels.Send(channelId, isBinary, message, now);
        Settle(now);
        return status;
    }

    /// <summary>
    /// Closes one channel: what was sent on it is delivered first, then both sides have <see cref="PeerEventKind.ChannelClosed"/> and its id is free.
    /// (RFC 8831 §6.7, RFC 6525) Has no effect on a channel that is not open.
    /// </summary>
    public void CloseChannel(ushort channelId, Instant now)
    {
        Channels?.Close(channelId, now);
        Settle(now);
    }

    /// <summary>Bytes sent on a channel that the remote has not acknowledged.</summary>
    public int BufferedAmount(ushort channelId) => Channels?.BufferedAmount(channelId) ?? 0;

    /// <summary>
    /// Asks for <see cref="PeerEventKind.ChannelBufferLow"/> whenever <see cref="BufferedAmount"/> falls to <paramref name="bytes"/>; null asks no more.
    /// To be asked again when a channel of the same id is opened anew.
    /// </summary>
    public void SetBufferLowThreshold(ushort channelId, int? bytes) => Channels?.SetBufferLowThreshold(channelId, bytes);
}
