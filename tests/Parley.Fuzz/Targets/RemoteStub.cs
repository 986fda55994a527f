using System.Buffers.Binary;
using System.Text;
using Parley.Rtc;
using Parley.Rtc.Dtls;
using Parley.Rtc.Sctp;
using Parley.Rtc.Srtp;
using Parley.Rtc.Stun;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>
/// The remote of a peer under test, in its own parts: it completes handshakes honestly, and holds every key, so that any plaintext can be
/// sent to the peer in a packet that is authentic.
/// </summary>
internal sealed class RemoteStub : IDisposable
{
    public const string PeerUfrag = "peerufrag";
    public const string PeerPassword = "peerpasswordpeerpassword";
    private const string Ufrag = "remoteufrag";
    private const string Password = "remotepasswordremotepassword";
    private const int SctpHeaderLength = 12;

    private static readonly DtlsCertificate Certificate = DtlsCertificate.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly StunIntegrity OfPeer = new(PeerPassword);
    private static readonly StunIntegrity OfRemote = new(Password);

    private readonly SeededRandom _random = new(3);
    private readonly byte[] _buffer = new byte[2048];
    private readonly Queue<byte[]> _dtlsOut = [];
    private DtlsEndpoint? _dtls;
    private SrtpSession? _srtp;
    private SctpAssociation? _sctp;

    /// <summary>How what the peer describes looks to the side that answers it, and how the side that offers describes itself.</summary>
    public static RtcPeerConfig Config { get; } = new()
    {
        Certificate = Certificate, LocalCandidates = [PeerTarget.RemoteAddress], LocalUfrag = Ufrag, LocalPassword = Password, MaxMessageSize = PeerTarget.MaxMessageSize,
    };

    /// <summary>Datagrams for the peer.</summary>
    public Queue<byte[]> Outgoing { get; } = [];

    /// <summary>Its role in ICE: that of the side which offers.</summary>
    public required bool IsControlling { get; init; }

    /// <summary>DTLS goes out as it is made; otherwise <see cref="ReleaseDtls"/> lets one datagram go.</summary>
    public bool IsDtlsFlowing { get; set; } = true;

    public int ChecksAnswered { get; private set; }

    /// <summary>The verification tag that the peer's association wants.</summary>
    public uint SctpTag { get; private set; }

    public void Connect(RtcPeer peer, bool isPeerDtlsClient)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var line = peer.LocalDescription.Split("\r\n").First(line => line.StartsWith("a=fingerprint:", StringComparison.Ordinal));
        Invariant.Holds(DtlsFingerprint.TryParse(line.AsSpan("a=fingerprint:".Length), out var fingerprint));
        _dtls = new DtlsEndpoint(Certificate, isPeerDtlsClient ? DtlsRole.Server : DtlsRole.Client, fingerprint!);
        _sctp = new SctpAssociation(SctpHarness.Config, new SeededRandom(4));
    }

    public void StartDtls(Instant now)
    {
        _dtls!.Start(now);
        TakeDtls();
    }

    /// <summary>Takes one datagram that the peer sent.</summary>
    public void Handle(ReadOnlySpan<byte> datagram, Instant now)
    {
        switch (datagram[0])
        {
            case <= 3:
                HandleStun(datagram);
                break;
            case >= 20 and <= 63:
                HandleDtls(datagram, now);
                break;
            default:
                HandleMedia(datagram);
                break;
        }
    }

    /// <summary>Sends one of the DTLS datagrams that were held back.</summary>
    public void ReleaseDtls()
    {
        if (_dtlsOut.TryDequeue(out var datagram)) Outgoing.Enqueue(datagram);
    }

    public byte[] Check() => Sealed(StunMessageType.BindingRequest, default);

    /// <summary>A STUN message whose attributes are given, or an honest check when there are none; authentic in any case.</summary>
    public byte[] Sealed(StunMessageType type, ReadOnlySpan<byte> attributes)
    {
        var buffer = new byte[StunWriter.MaxMessageLength + 1024];
        var transaction = new byte[StunMessage.TransactionIdLength];
        _random.Fill(transaction);
        var writer = new StunWriter(buffer, type, transaction);
        if (attributes.IsEmpty)
        {
            writer.AddUsername(Encoding.ASCII.GetBytes($"{PeerUfrag}:{Ufrag}"));
            writer.AddPriority(0x6E0001FF);
            if (IsControlling) writer.AddUseCandidate();
            writer.AddRole(IsControlling, 77);
        }
        while (attributes.Length >= 4)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]) % 600, attributes.Length - 4);
            if (buffer.Length - 700 < StunMessage.HeaderLength) break;
            attributes.Slice(4, length).CopyTo(writer.Add((StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(attributes), length));
            attributes = attributes[(4 + length)..];
            if (length > 200) break;
        }
        writer.AddMessageIntegrity(OfPeer);
        return buffer[..writer.Finish()];
    }

    /// <summary>The packet protected; null before there are keys, and when it is none.</summary>
    public byte[]? ProtectRtp(ReadOnlySpan<byte> packet)
    {
        packet.CopyTo(_buffer);
        return _srtp is not null && _srtp.TryProtectRtp(_buffer, packet.Length, out var length) ? _buffer[..length] : null;
    }

    /// <summary>As <see cref="ProtectRtp"/>.</summary>
    public byte[]? ProtectRtcp(ReadOnlySpan<byte> packet)
    {
        packet.CopyTo(_buffer);
        return _srtp is not null && _srtp.TryProtectRtcp(_buffer, packet.Length, out var length) ? _buffer[..length] : null;
    }

    /// <summary>Sends chunks to the peer's association, in a packet with header and checksum as they should be.</summary>
    public void SendChunks(ReadOnlySpan<byte> chunks)
    {
        var packet = new byte[SctpHeaderLength + chunks.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, 5000);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), 5000);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), SctpTag);
        chunks.CopyTo(packet.AsSpan(SctpHeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), Parley.Rtc.Sctp.Wire.Crc32c.OfPacket(packet));
        SendApplicationData(packet);
    }

    public void SendApplicationData(ReadOnlySpan<byte> data)
    {
        _dtls!.TrySend(data);
        TakeDtls();
    }

    public void CloseDtls(Instant now)
    {
        _dtls!.Close(now);
        TakeDtls();
    }

    public void Dispose()
    {
        _dtls?.Dispose();
        _srtp?.Dispose();
    }

    private void HandleStun(ReadOnlySpan<byte> datagram)
    {
        Invariant.Equal(StunParseStatus.Ok, StunMessage.TryParse(datagram, out var message));
        if (message.Type != StunMessageType.BindingRequest)
        {
            if (message.Type == StunMessageType.BindingSuccess && OfPeer.Verify(message)) ChecksAnswered++;
            return;
        }
        Invariant.Holds(OfRemote.Verify(message));
        var buffer = new byte[StunWriter.MaxMessageLength];
        var writer = new StunWriter(buffer, StunMessageType.BindingSuccess, message.TransactionId);
        writer.AddXorMappedAddress(PeerTarget.PeerAddress);
        writer.AddMessageIntegrity(OfRemote);
        Outgoing.Enqueue(buffer[..writer.Finish()]);
    }

    private void HandleDtls(ReadOnlySpan<byte> datagram, Instant now)
    {
        _dtls!.HandleDatagram(datagram, now);
        if (_dtls.State == DtlsState.Connected && _srtp is null)
        {
            var keys = _dtls.ExportSrtpKeys();
            _srtp = new SrtpSession(_dtls.SrtpProfile, keys);
        }
        while (_dtls.TryReceive(_buffer, out var length)) _sctp!.HandlePacket(_buffer.AsSpan(0, length), now);
        while (_sctp!.TryPollEvent(out var e)) _sctp.ReadPayload(new byte[e.Length]);
        while (_sctp.TryPollTransmit(_buffer, out var length))
        {
            var tag = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(4));
            if (tag != 0) SctpTag = tag;
            _dtls.TrySend(_buffer.AsSpan(0, length));
        }
        TakeDtls();
    }

    private void HandleMedia(ReadOnlySpan<byte> datagram)
    {
        if (_srtp is null) return;
        datagram.CopyTo(_buffer);
        var packet = _buffer.AsSpan(0, datagram.Length);
        Invariant.Equal(SrtpStatus.Ok, packet[1] is >= 192 and <= 223 ? _srtp.UnprotectRtcp(packet, out _) : _srtp.UnprotectRtp(packet, out _));
    }

    private void TakeDtls()
    {
        while (_dtls!.TryPollTransmit(_buffer, out var length)) (IsDtlsFlowing ? Outgoing : _dtlsOut).Enqueue(_buffer[..length]);
    }
}
