using Parley.Rtc.Sctp.Association;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp;

/// <summary>
/// An association whose two INITs travelled with the session descriptions: it is established as soon as the pipe is, two round
/// trips earlier. (draft-hancke-tsvwg-snap, a=sctp-init) The cookie is not missed: it protects against half-open associations from
/// forged addresses, and under DTLS there are none.
/// </summary>
public sealed partial class SctpAssociation
{
    /// <summary>Bytes that <see cref="WriteInit"/> writes.</summary>
    public const int InitLength = Chunk.HeaderLength + InitChunk.FixedLength + InitChunk.SupportedLength;

    /// <summary>No stack's INIT is near it, in bytes; a longer one is not looked at.</summary>
    public const int MaxRemoteInitLength = 512;

    private bool _isRemoteInitKnown;

    /// <summary>Writes our INIT as a whole chunk: the same tag and first TSN that an INIT in a packet would have.</summary>
    public void WriteInit(Span<byte> chunk) => InitChunk.WriteWhole(chunk, _handshake.LocalFields);

    /// <summary>
    /// Takes the peer's INIT; <see cref="Start"/> then begins in the established state. False, and nothing changes, when it is not one
    /// that we could answer, or comes too late. To be called only when the peer has our INIT, too.
    /// </summary>
    public bool TryAcceptInit(ReadOnlySpan<byte> chunk)
    {
        if (_isOver || _state.Phase != SctpState.Closed || chunk.Length > MaxRemoteInitLength) return false;
        var reader = new ChunkReader(chunk);
        if (!reader.TryRead(out var whole) || !reader.IsAtEnd || whole.Type != ChunkType.Init) return false;
        if (!InitChunk.TryParse(whole.Value, default, out var init)) return false;
        var peer = init.Fields;
        if (peer.InitiateTag == 0 || peer.OutboundStreams == 0 || peer.InboundStreams == 0) return false;
        // libdatachannel gives an attribute that it does not know back as it came; it will send an INIT of its own.
        if (peer.InitiateTag == _state.LocalTag && peer.InitialTsn == _state.LocalInitialTsn) return false;
        _state.Peer = peer;
        _isRemoteInitKnown = true;
        return true;
    }

    private void Establish()
    {
        _receiver.Begin(_state.Peer.InitialTsn);
        _sender.SetPeerWindow(_state.Peer.ReceiverWindow);
        _sender.MayAbandon = _state.Peer.SupportsForwardTsn;
        _sender.ArmTimer(Now);
        _resets.Begin();
        _heartbeat.Begin(Now);
        _receiver.Events.Add(new SctpEvent(SctpEventKind.Connected));
    }
}
