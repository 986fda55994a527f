using System.Buffers.Binary;
using Parley.Rtc.Sctp.Transmission;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Association;

internal enum HandshakeResult
{
    /// <summary>Nothing changes but what is sent.</summary>
    Continues,

    Established,
    Malformed,

    /// <summary>The peer's INIT can never lead to an association.</summary>
    Unacceptable,

    /// <summary>The peer lost its state. (RFC 9260 §5.2.2)</summary>
    PeerRestarted,
}

/// <summary>
/// From INIT to established, from either side or from both at once. (RFC 9260 §5.1, §5.2) Every INIT is answered without
/// keeping anything: the state is made when the cookie comes back.
/// </summary>
internal sealed class Handshake(AssociationState state, ControlOutbox outbox, RetransmissionTimeout rto)
{
    private const int MaxUnrecognized = 256;

    private readonly StateCookie _cookies = new(state.Random);

    private byte[] _peerCookie = [];
    private byte[] _unrecognized = [];
    private Instant _initSentAt;
    private int _attempts;
    private bool _isDue;

    /// <summary>INIT or COOKIE ECHO is to be sent.</summary>
    public bool IsDue => _isDue;

    public void Start(Instant now)
    {
        state.Phase = SctpState.CookieWait;
        _initSentAt = now;
        Schedule(now);
    }

    /// <summary>T1 expired. False when the peer was asked often enough.</summary>
    public bool TryRepeat(Instant now)
    {
        if (_attempts > state.Config.MaxInitRetransmissions) return false;
        Schedule(now);
        return true;
    }

    /// <summary>Writes INIT, which travels alone and with tag 0, or COOKIE ECHO, behind which data may follow.</summary>
    public void Write(ref PacketWriter writer)
    {
        _isDue = false;
        if (state.Phase == SctpState.CookieWait)
        {
            if (writer.TryAdd(ChunkType.Init, 0, InitChunk.WrittenLength, out var init)) InitChunk.Write(init, LocalFields);
            return;
        }
        if (writer.TryAdd(ChunkType.CookieEcho, 0, _peerCookie.Length, out var echo)) _peerCookie.CopyTo(echo);
        // Parameters of the INIT ACK that ask to be reported go behind the COOKIE ECHO. (§3.2.2)
        if (_unrecognized.Length > 0 && writer.TryAdd(ChunkType.Error, 0, Chunk.HeaderLength + _unrecognized.Length, out var error))
        {
            BinaryPrimitives.WriteUInt16BigEndian(error, (ushort)ErrorCause.UnrecognizedParameters);
            BinaryPrimitives.WriteUInt16BigEndian(error[2..], (ushort)error.Length);
            _unrecognized.CopyTo(error[Chunk.HeaderLength..]);
        }
    }

    public HandshakeResult HandleInit(ReadOnlySpan<byte> value, Instant now)
    {
        Span<byte> unrecognized = stackalloc byte[MaxUnrecognized];
        if (!InitChunk.TryParse(value, unrecognized, out var init)) return HandshakeResult.Malformed;
        Count(init);
        var peer = init.Fields;
        if (peer.InitiateTag == 0) return HandshakeResult.Malformed;
        if (peer.OutboundStreams == 0 || peer.InboundStreams == 0)
        {
            outbox.SendAbort(peer.InitiateTag, ErrorCause.InvalidMandatoryParameter);
            return HandshakeResult.Unacceptable;
        }
        // A late copy of an INIT that we know is answered as any other; its cookie leads nowhere new.
        if (state.IsUp && peer.InitiateTag != state.Peer.InitiateTag)
        {
            outbox.SendAbort(peer.InitiateTag, ErrorCause.ProtocolViolation);
            return HandshakeResult.PeerRestarted;
        }
        SendInitAck(peer, unrecognized[..init.UnrecognizedLength], now);
        return HandshakeResult.Continues;
    }

    public HandshakeResult HandleInitAck(ReadOnlySpan<byte> value, Instant now)
    {
        // §5.2.3: in any other state it is an old copy.
        if (state.Phase != SctpState.CookieWait)
        {
            state.Counters.Increment(SctpCounter.UnexpectedChunk);
            return HandshakeResult.Continues;
        }
        Span<byte> unrecognized = stackalloc byte[MaxUnrecognized];
        if (!InitChunk.TryParse(value, unrecognized, out var initAck)) return HandshakeResult.Malformed;
        Count(initAck);
        var peer = initAck.Fields;
        if (peer.InitiateTag == 0 || peer.OutboundStreams == 0 || peer.InboundStreams == 0 || initAck.Cookie.IsEmpty)
            return HandshakeResult.Malformed;
        // One that does not fit a packet could not be echoed.
        if (initAck.Cookie.Length > state.Config.MaxPacketSize - PacketWriter.HeaderLength - Chunk.HeaderLength)
            return HandshakeResult.Malformed;

        if (_attempts == 1) rto.Measure(now - _initSentAt);
        state.Peer = peer;
        _peerCookie = initAck.Cookie.ToArray();
        _unrecognized = unrecognized[..initAck.UnrecognizedLength].ToArray();
        state.Phase = SctpState.CookieEchoed;
        _attempts = 0;
        Schedule(now);
        return HandshakeResult.Continues;
    }

    public HandshakeResult HandleCookieEcho(ReadOnlySpan<byte> cookie, Instant now)
    {
        if (!_cookies.TryRead(cookie, out var peer, out var created))
        {
            state.Counters.Increment(SctpCounter.BadCookie);
            return HandshakeResult.Continues;
        }
        var isKnownPeer = state.Peer.InitiateTag == peer.InitiateTag;
        if (state.IsUp)
        {
            // §5.2.4 D: the COOKIE ACK was lost. Any other cookie is of an INIT that came to nothing.
            if (isKnownPeer) outbox.Send(ChunkType.CookieAck, default);
            else state.Counters.Increment(SctpCounter.BadCookie);
            return HandshakeResult.Continues;
        }
        var age = now - created;
        if (age > state.Config.CookieLifetime && !isKnownPeer)
        {
            SendStale(peer, age - state.Config.CookieLifetime);
            return HandshakeResult.Continues;
        }
        // §5.1.5, and §5.2.4 B and D: both sides began, and the peer's cookie decides.
        state.Peer = peer;
        outbox.Send(ChunkType.CookieAck, default);
        return Finish();
    }

    public HandshakeResult HandleCookieAck()
    {
        if (state.Phase == SctpState.CookieEchoed) return Finish();
        // §5.2.5: in any other state it is an old copy.
        state.Counters.Increment(SctpCounter.UnexpectedChunk);
        return HandshakeResult.Continues;
    }

    /// <summary>What our INIT and INIT ACK say.</summary>
    public InitFields LocalFields => new(
        state.LocalTag, LocalWindow, state.Config.StreamCount, state.Config.StreamCount, state.LocalInitialTsn, true, true);

    /// <summary>a_rwnd of INIT and INIT ACK, in bytes.</summary>
    public uint LocalWindow { get; init; }

    private HandshakeResult Finish()
    {
        state.Phase = SctpState.Established;
        state.Timers.Stop(SctpTimer.Handshake);
        _isDue = false;
        _peerCookie = [];
        _unrecognized = [];
        return HandshakeResult.Established;
    }

    private void SendInitAck(in InitFields peer, ReadOnlySpan<byte> unrecognized, Instant now)
    {
        if (!outbox.TryBegin(peer.InitiateTag, out var writer)) return;
        const int cookieParameter = Chunk.HeaderLength + StateCookie.Length;
        var reported = unrecognized.IsEmpty ? 0 : ReportedLength(unrecognized);
        if (!writer.TryAdd(ChunkType.InitAck, 0, InitChunk.WrittenLength + cookieParameter + reported, out var value)) return;
        value = value[InitChunk.Write(value, LocalFields)..];
        BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)ParameterType.StateCookie);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], cookieParameter);
        _cookies.Write(value.Slice(Chunk.HeaderLength, StateCookie.Length), peer, now);
        value = value[cookieParameter..];
        // Each parameter that asks for it comes back whole in one of ours. (§3.3.3.1)
        var reader = new ChunkReader(unrecognized);
        while (reader.TryRead(out var parameter))
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)ParameterType.UnrecognizedParameter);
            BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(Chunk.HeaderLength + parameter.Whole.Length));
            parameter.Whole.CopyTo(value[Chunk.HeaderLength..]);
            value = value[PacketWriter.Pad(Chunk.HeaderLength + parameter.Whole.Length)..];
        }
        outbox.Commit(writer);
    }

    private static int ReportedLength(ReadOnlySpan<byte> unrecognized)
    {
        var length = 0;
        var reader = new ChunkReader(unrecognized);
        while (reader.TryRead(out var parameter)) length += PacketWriter.Pad(Chunk.HeaderLength + parameter.Whole.Length);
        return length;
    }

    private void SendStale(in InitFields peer, TimeSpan staleness)
    {
        state.Counters.Increment(SctpCounter.StaleCookie);
        Span<byte> microseconds = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(microseconds, (uint)Math.Min(uint.MaxValue, staleness.TotalMicroseconds));
        if (!outbox.TryBegin(peer.InitiateTag, out var writer)) return;
        ControlOutbox.AddCause(ref writer, ChunkType.Error, ErrorCause.StaleCookie, microseconds);
        outbox.Commit(writer);
    }

    private void Schedule(Instant now)
    {
        _isDue = true;
        _attempts++;
        state.Timers.Set(SctpTimer.Handshake, now + rto.OfRequest(_attempts));
    }

    private void Count(in InitChunk chunk)
    {
        for (var i = 0; i < chunk.UnknownParameters; i++) state.Counters.Increment(SctpCounter.UnknownParameter);
    }
}
