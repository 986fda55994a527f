using Parley.Rtc.Dtls;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sdp;
using Parley.Rtc.Srtp;

namespace Parley.Rtc;

/// <summary>
/// DTLS and what it carries: the SRTP keys, and SCTP with data channels when both sides want them. (RFC 5764, RFC 8261)
/// Who may be sent to is not its business: it is polled only when there is a validated path.
/// </summary>
internal sealed class SecureTransport : IDisposable
{
    /// <summary>
    /// The first time-out where nothing was measured: a lite agent sends no checks, so as DTLS client it begins without a round trip. A flight
    /// that is repeated in vain costs a datagram or two; one that is repeated late costs a user a wait.
    /// </summary>
    private static readonly TimeSpan UnmeasuredTimeout = TimeSpan.FromMilliseconds(150);

    private const int ScratchLength = 1500;

    /// <summary>
    /// SCTP is this many times as patient as ICE consent: that a path is dead is for consent to find (RFC 7675 §5.1), which
    /// is the true reason of the close. SCTP ends only what answers checks and takes no data.
    /// </summary>
    private const int SctpPatience = 2;

    private readonly DtlsEndpoint _dtls;
    private readonly SctpAssociation? _sctp;
    private readonly DataChannels? _channels;
    private readonly bool _isServer;
    private Instant? _pathSince;
    private TimeSpan? _roundTrip;

    /// <param name="sctp">Made by <see cref="CreateAssociation"/>; not used when the remote has no data channels.</param>
    public SecureTransport(RtcPeerConfig config, DtlsRole role, RemoteDescription remote, SctpAssociation sctp, Instant now)
    {
        _isServer = role == DtlsRole.Server;
        _dtls = new DtlsEndpoint(config.Certificate, role, remote.Fingerprint, config.MaxDatagramLength);
        if (remote.Application is not { } application) return;
        _sctp = sctp;
        _sctp.RemotePort = application.SctpPort;
        _sctp.MaxOutboundMessageSize = Math.Min(application.MaxMessageSize, config.MaxMessageSize);
        _channels = new DataChannels(_sctp, role == DtlsRole.Client);
        if (config.NegotiatedChannelId is { } id) _channels.TryOpen(new DataChannelOptions { NegotiatedId = id }, now, out _);
    }

    /// <summary>The handshake is complete and the remote's certificate is the one it announced.</summary>
    public bool IsConnected => _dtls.State == DtlsState.Connected;

    /// <summary>The agreed profile; meaningful when connected.</summary>
    public SrtpProfile SrtpProfile => _dtls.SrtpProfile;

    /// <summary>Null when the remote has none.</summary>
    public DataChannels? Channels => _channels;

    /// <summary>Messages that the remote has not acknowledged yet.</summary>
    public bool HasUnacknowledgedMessages => _sctp is { BufferedBytes: > 0 };

    /// <summary>Why nothing can be exchanged any more; <see cref="PeerCloseReason.None"/> while it can.</summary>
    public PeerCloseReason EndReason => _dtls.State switch
    {
        DtlsState.Closed => PeerCloseReason.RemoteClosed,
        DtlsState.Failed => PeerCloseReason.HandshakeFailed,
        _ => _sctp?.CloseReason switch
        {
            null or SctpCloseReason.None or SctpCloseReason.LocalAbort or SctpCloseReason.LocalShutdown => PeerCloseReason.None,
            SctpCloseReason.RemoteAbort or SctpCloseReason.RemoteShutdown => PeerCloseReason.RemoteClosed,
            _ => PeerCloseReason.DataChannelsFailed,
        },
    };

    public Deadline NextDeadline => _sctp is null ? _dtls.NextDeadline : Deadline.Earlier(_dtls.NextDeadline, _sctp.NextDeadline);

    /// <summary>The association, before the remote is known: its INIT may have to be described in an offer.</summary>
    public static SctpAssociation CreateAssociation(RtcPeerConfig config, IRandomSource random) => new(
        SctpConfig.Default with
        {
            LocalPort = SdpWriter.SctpPort,
            MaxPacketSize = config.MaxDatagramLength - (DtlsEndpoint.MaxDatagramLength - DtlsEndpoint.MaxApplicationDataLength),
            MaxMessageSize = config.MaxMessageSize,
            ReceiveBufferSize = Math.Max(SctpConfig.Default.ReceiveBufferSize, 4 * config.MaxMessageSize),
            SendBufferSize = Math.Max(SctpConfig.Default.SendBufferSize, config.MaxMessageSize),
            MaxRetransmissions = RetransmissionsWithin(SctpPatience * config.ConsentTimeout),
            MaxInitRetransmissions = RetransmissionsWithin(SctpPatience * config.ConsentTimeout),
        },
        random);

    /// <summary>Lets the handshake begin, with the first valid check. Later calls bring newer measurements.</summary>
    /// <param name="roundTrip">What ICE measured, if it did.</param>
    /// <param name="now">The present.</param>
    public void Start(TimeSpan? roundTrip, Instant now)
    {
        if (_dtls.State != DtlsState.Handshaking) return;
        _pathSince ??= now;
        if (roundTrip is not null) Measure(roundTrip.Value);
        else if (_roundTrip is null) _dtls.RetransmissionTimeout = UnmeasuredTimeout;
        _dtls.Start(now);
    }

    private void Measure(TimeSpan roundTrip)
    {
        _roundTrip = roundTrip;
        _dtls.RetransmissionTimeout = DtlsEndpoint.TimeoutFor(roundTrip);
    }

    /// <summary>Lets the association begin; both sides may, and one that waits for the other would lose a round trip. (RFC 9260 §5.2.1)</summary>
    public void StartChannels(Instant now)
    {
        if ((_dtls.RoundTripTime ?? _roundTrip) is { } roundTrip) _sctp?.AssumeRoundTrip(roundTrip);
        _sctp?.Start(now);
    }

    public SrtpKeys ExportSrtpKeys() => _dtls.ExportSrtpKeys();

    public void HandleDatagram(ReadOnlySpan<byte> datagram, Instant now)
    {
        // The remote may send a ClientHello once it has our answer to its check: from that answer to this datagram a round trip passed.
        if (_isServer && _roundTrip is null && _pathSince is { } since && now > since) Measure(now - since);
        _dtls.HandleDatagram(datagram, now);
        if (!_dtls.HasReceived) return;
        Span<byte> packet = stackalloc byte[ScratchLength];
        while (_dtls.TryReceive(packet, out var length)) _sctp?.HandlePacket(packet[..length], now);
    }

    public void HandleTimeout(Instant now)
    {
        if (_dtls.NextDeadline.IsDue(now)) _dtls.HandleTimeout(now);
        if (_sctp is not null && _sctp.NextDeadline.IsDue(now)) _sctp.HandleTimeout(now);
    }

    /// <param name="mayPumpChannels">False: only what DTLS itself has to say.</param>
    public bool TryPollTransmit(Span<byte> buffer, bool mayPumpChannels, out int length) =>
        _dtls.TryPollTransmit(buffer, out length) || (mayPumpChannels && PumpSctp(buffer) && _dtls.TryPollTransmit(buffer, out length));

    public bool TryPollEvent(out PeerEvent e)
    {
        while (_channels is not null && _channels.TryPollEvent(out var channel))
        {
            e = new PeerEvent
            {
                Kind = channel.Kind switch
                {
                    DataChannelEventKind.ChannelOpened => PeerEventKind.ChannelOpened,
                    DataChannelEventKind.MessageReceived => PeerEventKind.MessageReceived,
                    DataChannelEventKind.ChannelClosed => PeerEventKind.ChannelClosed,
                    DataChannelEventKind.Writable => PeerEventKind.ChannelsWritable,
                    DataChannelEventKind.BufferLow => PeerEventKind.ChannelBufferLow,
                    _ => PeerEventKind.Connected,
                },
                ChannelId = channel.ChannelId,
                Label = channel.Label,
                IsBinary = channel.IsBinary,
                PayloadLength = channel.Length,
            };
            // That the association as a whole came or went is the peer's own business.
            if (channel.Kind is not (DataChannelEventKind.Connected or DataChannelEventKind.Closed)) return true;
        }
        e = default;
        return false;
    }

    /// <summary>Copies the message of the event last polled; 0 bytes when it was none.</summary>
    public int ReadPayload(Span<byte> destination) => _channels?.ReadPayload(destination) ?? 0;

    /// <summary>Queues SCTP's ABORT, which ends it with one packet, and DTLS's close_notify behind it.</summary>
    public void Close(Instant now)
    {
        if (!IsConnected) return;
        _sctp?.Abort(now);
        Span<byte> packet = stackalloc byte[ScratchLength];
        while (PumpSctp(packet)) { }
        _dtls.Close(now);
    }

    public void Dispose() => _dtls.Dispose();

    /// <summary>How many time-outs, backed off to the longest, pass in a time.</summary>
    private static int RetransmissionsWithin(TimeSpan time) =>
        Math.Max(SctpConfig.Default.MaxRetransmissions, (int)Math.Ceiling(time / SctpConfig.Default.MaxRto));

    /// <summary>Moves one SCTP packet into DTLS, by way of <paramref name="scratch"/>.</summary>
    private bool PumpSctp(Span<byte> scratch) =>
        IsConnected && _sctp is not null && _sctp.TryPollTransmit(scratch, out var length) && _dtls.TrySend(scratch[..length]);
}
