using System.Diagnostics.CodeAnalysis;
using Parley.Rtc.Sdp;

namespace Parley.Rtc;

/// <summary>One WebRTC connection as a state machine. Single-threaded.</summary>
public sealed class RtcPeer : IDisposable
{
    private RtcPeer(string localDescription, string localUfrag)
    {
        LocalDescription = localDescription;
        LocalUfrag = localUfrag;
    }

    public PeerState State { get; private set; }

    /// <summary>Our offer or answer, CRLF line ends with a final CRLF.</summary>
    public string LocalDescription { get; }

    /// <summary>Our ICE user name fragment: what the first packet's USERNAME starts with.</summary>
    public string LocalUfrag { get; }

    public Deadline NextDeadline { get; private set; } = Deadline.None;

    public PeerStats Stats { get; private set; }

    public CounterTable<PeerDropReason> Drops { get; } = new();

    public static bool TryAnswer(
        string offer, RtcPeerConfig config, IRandomSource random, Instant now,
        [NotNullWhen(true)] out RtcPeer? peer, [NotNullWhen(false)] out SdpError? error) => throw new NotSupportedException();

    public static RtcPeer CreateOffer(RtcPeerConfig config, IRandomSource random, Instant now) => throw new NotSupportedException();

    public bool TryAcceptAnswer(string answer, Instant now, [NotNullWhen(false)] out SdpError? error) => throw new NotSupportedException();

    public void HandleDatagram(in Datagram datagram, Instant now) => throw new NotSupportedException();

    public void HandleTimeout(Instant now) => throw new NotSupportedException();

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => throw new NotSupportedException();

    public bool TryPollEvent(out PeerEvent e) => throw new NotSupportedException();

    /// <summary>Copies the payload of the event last polled; returns its length in bytes.</summary>
    public int ReadPayload(Span<byte> destination) => throw new NotSupportedException();

    public bool TrySendAudio(ReadOnlySpan<byte> opus, uint rtpTimestamp, bool marker, Instant now) => throw new NotSupportedException();

    /// <summary>Opens a reliable, ordered data channel by DCEP; false before the association can, or when no id is free.</summary>
    public bool TryOpenChannel(string label, Instant now, out ushort channelId) => throw new NotSupportedException();

    public SendStatus SendMessage(ushort channelId, bool isBinary, ReadOnlySpan<byte> message, Instant now) => throw new NotSupportedException();

    public void Close(Instant now) => throw new NotSupportedException();

    public void Dispose() { }
}
