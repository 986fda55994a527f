using System.Buffers.Binary;
using Parley.Rtc.Sctp.Association;
using Parley.Rtc.Sctp.Receive;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp;

/// <summary>What a packet from the peer does.</summary>
public sealed partial class SctpAssociation
{
    /// <summary>The T bit: the sender did not know our tag and reflects its own. (RFC 9260 §8.5.1)</summary>
    private const byte ReflectedTagFlag = 1;

    /// <summary>Checksum, ports and verification tag. (RFC 9260 §6.8, §8.5)</summary>
    private bool TryVerify(ReadOnlySpan<byte> packet)
    {
        if (!PacketHeader.TryRead(packet, out var header) || packet.Length < PacketWriter.HeaderLength + Chunk.HeaderLength)
            return Refuse(SctpCounter.PacketTooShort);
        if (header.Checksum != Crc32c.OfPacket(packet)) return Refuse(SctpCounter.BadChecksum);
        if (header.SourcePort != _state.RemotePort || header.DestinationPort != _state.Config.LocalPort)
            return Refuse(SctpCounter.WrongPort);
        var first = new Chunk(packet[PacketWriter.HeaderLength..]);
        var isRight = first.Type switch
        {
            ChunkType.Init => header.VerificationTag == 0,
            ChunkType.Abort or ChunkType.ShutdownComplete when (first.Flags & ReflectedTagFlag) != 0 =>
                header.VerificationTag == _state.Peer.InitiateTag && header.VerificationTag != 0,
            _ => header.VerificationTag == _state.LocalTag,
        };
        return isRight || Refuse(SctpCounter.WrongVerificationTag);
    }

    private void HandleChunks(ReadOnlySpan<byte> chunks)
    {
        var reader = new ChunkReader(chunks);
        var isFirst = true;
        while (!_isOver && reader.TryRead(out var chunk))
        {
            // INIT, INIT ACK and SHUTDOWN COMPLETE travel alone. (RFC 9260 §6.10)
            if (chunk.Type is ChunkType.Init or ChunkType.InitAck or ChunkType.ShutdownComplete && !(isFirst && reader.IsAtEnd))
            {
                _state.Counters.Increment(SctpCounter.UnexpectedChunk);
                return;
            }
            isFirst = false;
            if (!TryHandle(chunk)) return;
        }
        if (reader.IsMalformed) _state.Counters.Increment(SctpCounter.MalformedChunk);
    }

    /// <summary>False when the rest of the packet is to be dropped.</summary>
    private bool TryHandle(in Chunk chunk)
    {
        switch (chunk.Type)
        {
            case ChunkType.Init:
                return TryFollow(_handshake.HandleInit(chunk.Value, Now));
            case ChunkType.InitAck:
                return TryFollow(_handshake.HandleInitAck(chunk.Value, Now));
            case ChunkType.CookieEcho:
                return TryFollow(_handshake.HandleCookieEcho(chunk.Value, Now));
            case ChunkType.CookieAck:
                return TryFollow(_handshake.HandleCookieAck());
            case ChunkType.Abort:
                Close(SctpCloseReason.RemoteAbort);
                return false;
            case ChunkType.Error:
                return TryHandleError(chunk.Value);
        }
        if (!IsKnown(chunk.Type)) return TryPassUnknown(chunk);
        if (!_state.IsUp) return Refuse(SctpCounter.UnexpectedChunk);
        switch (chunk.Type)
        {
            case ChunkType.Data:
                return TryHandleData(chunk);
            case ChunkType.Sack:
                return SackChunk.TryParse(chunk.Value, out var sack) ? TryHandleSack(sack) : Refuse(SctpCounter.MalformedChunk);
            case ChunkType.Heartbeat:
                _outbox.Send(ChunkType.HeartbeatAck, chunk.Value);
                return true;
            case ChunkType.HeartbeatAck:
                if (_heartbeat.TryHandleAck(chunk.Value, Now)) _state.Unanswered = 0;
                return true;
            case ChunkType.Reconfig:
                _resets.HandleReconfig(chunk.Value, Now);
                return true;
            case ChunkType.ForwardTsn:
                return TryHandleForwardTsn(chunk);
            case ChunkType.Shutdown:
                return TryHandleShutdown(chunk.Value);
            case ChunkType.ShutdownAck:
                if (!_shutdown.TryHandleShutdownAck()) return Refuse(SctpCounter.UnexpectedChunk);
                Close(_shutdown.IsLocal ? SctpCloseReason.LocalShutdown : SctpCloseReason.RemoteShutdown);
                return false;
            default:
                // SHUTDOWN COMPLETE: means something only in answer to our SHUTDOWN ACK. (RFC 9260 §9.2)
                if (_state.Phase != SctpState.ShutdownAckSent) return Refuse(SctpCounter.UnexpectedChunk);
                Close(_shutdown.IsLocal ? SctpCloseReason.LocalShutdown : SctpCloseReason.RemoteShutdown);
                return false;
        }
    }

    private bool TryFollow(HandshakeResult result)
    {
        switch (result)
        {
            case HandshakeResult.Established:
                Establish();
                return true;
            case HandshakeResult.Malformed:
                return Refuse(SctpCounter.MalformedChunk);
            case HandshakeResult.PeerRestarted:
                Close(SctpCloseReason.PeerRestarted);
                return false;
            default:
                return result == HandshakeResult.Continues;
        }
    }

    private bool TryHandleData(in Chunk chunk)
    {
        // Once the peer said SHUTDOWN it has nothing more to say. (RFC 9260 §9.2)
        if (_state.Phase is SctpState.ShutdownReceived or SctpState.ShutdownAckSent) return Refuse(SctpCounter.UnexpectedChunk);
        _shutdown.HandleDataReceived();
        switch (_receiver.HandleData(chunk))
        {
            case ReceiveStatus.Accepted or ReceiveStatus.Dropped:
                return true;
            case ReceiveStatus.InvalidStream:
                // The cause holds the stream id and two reserved bytes. (RFC 9260 §3.3.10.1)
                _state.Counters.Increment(SctpCounter.InvalidStream);
                Span<byte> stream = [chunk.Value[4], chunk.Value[5], 0, 0];
                _outbox.SendError(ErrorCause.InvalidStream, stream);
                return true;
            case ReceiveStatus.Malformed:
                return Refuse(SctpCounter.MalformedChunk);
            case ReceiveStatus.NoUserData:
                AbortWith(SctpCloseReason.ProtocolViolation, ErrorCause.NoUserData);
                return false;
            case ReceiveStatus.TooLarge:
                AbortWith(SctpCloseReason.MessageTooLarge, ErrorCause.ProtocolViolation);
                return false;
            case ReceiveStatus.OutOfResource:
                AbortWith(SctpCloseReason.OutOfResource, ErrorCause.OutOfResource);
                return false;
            default:
                AbortWith(SctpCloseReason.ProtocolViolation, ErrorCause.ProtocolViolation);
                return false;
        }
    }

    private bool TryHandleSack(in SackChunk sack)
    {
        if (!_sender.TryHandleSack(sack, Now, out var madeProgress))
        {
            AbortWith(SctpCloseReason.ProtocolViolation, ErrorCause.ProtocolViolation);
            return false;
        }
        // A closed window may stay closed for as long as the peer says so. (RFC 9260 §6.1 A)
        if (madeProgress || sack.ReceiverWindow == 0) _state.Unanswered = 0;
        return true;
    }

    private bool TryHandleForwardTsn(in Chunk chunk)
    {
        if (!ForwardTsnChunk.TryParse(chunk.Value, out var forward)) return Refuse(SctpCounter.MalformedChunk);
        _state.Counters.Increment(SctpCounter.ForwardTsn);
        _receiver.HandleForwardTsn(forward);
        return true;
    }

    private bool TryHandleShutdown(ReadOnlySpan<byte> value)
    {
        if (value.Length < sizeof(uint)) return Refuse(SctpCounter.MalformedChunk);
        // It acknowledges as a SACK without gaps does; the window is as it was.
        var cumulative = new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value));
        if (!TryHandleSack(new SackChunk(cumulative, _state.Peer.ReceiverWindow))) return false;
        _shutdown.HandleShutdown(Now);
        return true;
    }

    private bool TryHandleError(ReadOnlySpan<byte> causes)
    {
        _state.Counters.Increment(SctpCounter.RemoteError);
        var reader = new ChunkReader(causes);
        while (reader.TryRead(out var cause))
        {
            // §5.2.6: our cookie took too long on its way; a new one is asked for.
            if ((ErrorCause)cause.ParameterType != ErrorCause.StaleCookie || _state.Phase != SctpState.CookieEchoed) continue;
            _handshake.Start(Now);
            return false;
        }
        return true;
    }

    private static bool IsKnown(ChunkType type) =>
        type is ChunkType.Data or ChunkType.Sack or ChunkType.Heartbeat or ChunkType.HeartbeatAck or ChunkType.Shutdown
            or ChunkType.ShutdownAck or ChunkType.ShutdownComplete or ChunkType.Reconfig or ChunkType.ForwardTsn;

    private bool TryPassUnknown(in Chunk chunk)
    {
        _state.Counters.Increment(SctpCounter.UnknownChunk);
        var action = UnknownTypeAction.OfChunk((byte)chunk.Type);
        if (action.Reports && _state.Peer.InitiateTag != 0) _outbox.SendError(ErrorCause.UnrecognizedChunk, chunk.Whole);
        return action.Continues;
    }

    /// <summary>Counts, and returns false.</summary>
    private bool Refuse(SctpCounter reason)
    {
        _state.Counters.Increment(reason);
        return false;
    }
}
