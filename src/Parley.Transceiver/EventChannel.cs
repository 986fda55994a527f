using Parley.Rtc;
using Parley.Transceiver.Audience;

namespace Parley.Transceiver;

/// <summary>
/// Carries the session's JSON events over the first data channel that the client opens, whatever its label, and client events
/// back, as text or binary. When the channel is full the events wait in the audience, which bounds them. A client that described
/// no data channels gets none of them: its session is steered by what the call was created with.
/// </summary>
internal sealed class EventChannel(RtcPeer peer, SessionAudience audience)
{
    private ushort? _channelId;
    private bool _wasOpened;
    private ReadOnlyMemory<byte> _waiting;
    private byte[] _message = new byte[4096];

    /// <summary>Events that were longer than what the client takes in one message, and dropped.</summary>
    public long TooLargeEvents { get; private set; }

    public void HandleConnected(Instant now)
    {
        if (peer.HasDataChannels) return;
        _wasOpened = true;
        audience.HandleOpened(now);
    }

    public void HandleOpened(ushort channelId, Instant now)
    {
        _channelId ??= channelId;
        if (_wasOpened) return;
        _wasOpened = true;
        audience.HandleOpened(now);
    }

    public void HandleClosed(ushort channelId)
    {
        if (_channelId == channelId) _channelId = null;
    }

    /// <summary>Takes the message that the peer's last event brought. Its length is bounded by the peer's maximum message size.</summary>
    public void HandleMessage(int length, Instant now)
    {
        if (_message.Length < length) _message = new byte[length];
        var read = peer.ReadPayload(_message);
        audience.HandleClientEvent(_message.AsSpan(0, read), now);
    }

    /// <summary>Sends what the channel takes now; to be called after everything that may bring events or make room.</summary>
    public void Flush(Instant now)
    {
        if (!peer.HasDataChannels)
        {
            while (audience.TryPoll(out _)) { }
            return;
        }
        if (_channelId is not { } channelId) return;
        while (!_waiting.IsEmpty || audience.TryPoll(out _waiting))
        {
            switch (peer.SendMessage(channelId, isBinary: false, _waiting.Span, now))
            {
                case SendStatus.Blocked:
                    return;
                case SendStatus.TooLarge:
                    TooLargeEvents++;
                    break;
                case SendStatus.NotOpen:
                    _channelId = null;
                    return;
            }
            _waiting = default;
        }
    }
}
