using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Rtc.Srtp;

namespace Parley.Rtc.Dtls;

/// <summary>
/// One side of a DTLS 1.2 association (RFC 6347) with mutual certificates, as WebRTC uses it: its keys protect SRTP (RFC 5764),
/// its application data carries SCTP (RFC 8261). Bytes come and go by the calls below, time is an argument, and lost flights are
/// repeated on our own deadlines. Not thread-safe; each call must be followed by <see cref="TryPollTransmit"/> until it gives nothing.
/// </summary>
public sealed unsafe partial class DtlsEndpoint : IDisposable
{
    /// <summary>No datagram is longer, in bytes.</summary>
    public const int MaxDatagramLength = 1200;

    /// <summary>
    /// The longest application data that fits one datagram whatever the cipher, in bytes: 13 of record header, 8 of explicit nonce
    /// and 16 of tag leave 1163, rounded down.
    /// </summary>
    public const int MaxApplicationDataLength = 1150;

    private const int RecordHeaderLength = 13;
    private const int GcmExpansion = 8 + 16; // explicit nonce and tag (RFC 5288 §3)
    private const int ChaChaExpansion = 16; // tag (RFC 7905 §2)
    private const int ReceiveSlotLength = 1500;
    private const int QueueLength = 64;

    private static readonly TimeSpan MinRetransmissionTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxRetransmissionTimeout = TimeSpan.FromSeconds(1);

    private readonly SslHandle _ssl;
    private readonly DatagramBio _bio;
    private readonly DtlsRole _role;
    private readonly DatagramQueue _outgoing;
    private readonly DatagramQueue _received = new(QueueLength, ReceiveSlotLength);
    private readonly TimerTable<DtlsTimer> _timers = new("dtls");
    private TimeSpan _timeout;
    private Instant? _flightSentAt;
    private byte[] _keyingMaterial = [];
    private bool _isStarted;

    /// <param name="expectedRemote">From the peer's session description; another certificate fails the handshake.</param>
    public DtlsEndpoint(DtlsCertificate certificate, DtlsRole role, DtlsFingerprint expectedRemote)
        : this(certificate, role, expectedRemote, MaxDatagramLength)
    {
    }

    /// <param name="mtu">The longest datagram that is sent, at least 256 bytes.</param>
    internal DtlsEndpoint(DtlsCertificate certificate, DtlsRole role, DtlsFingerprint expectedRemote, int mtu)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(expectedRemote);
        _role = role;
        OpenSsl.ERR_clear_error();
        _ssl = OpenSsl.SSL_new(certificate.Context);
        _ssl.ThrowIfInvalid("no endpoint");
        _outgoing = new DatagramQueue(QueueLength, mtu);
        _bio = DatagramBio.Attach(_ssl, expectedRemote, mtu, _outgoing);
        _ = OpenSsl.SSL_ctrl(_ssl, OpenSsl.CtrlSetMtu, mtu, 0);
        if (role == DtlsRole.Client) OpenSsl.SSL_set_connect_state(_ssl);
        else OpenSsl.SSL_set_accept_state(_ssl);
    }

    public DtlsState State { get; private set; } = DtlsState.Handshaking;

    public DtlsFailure FailureReason { get; private set; }

    /// <summary>What OpenSSL says about a failure: one of its constant texts, fit for logs. Null when it says nothing.</summary>
    public string? FailureDetail { get; private set; }

    /// <summary>The agreed profile; <see cref="SrtpProfile.None"/> before <see cref="DtlsState.Connected"/>.</summary>
    public SrtpProfile SrtpProfile { get; private set; }

    /// <summary>
    /// How long to wait for an answer before the first repetition of a flight; it doubles from there, up to a second. Best set
    /// from the round trip that ICE measured. Takes effect with the next flight.
    /// </summary>
    public TimeSpan RetransmissionTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// From a flight to its answer, the peer's computing included; null when none was answered without being repeated, which would make
    /// it unclear which sending was. The time-out of later flights is twice that.
    /// </summary>
    public TimeSpan? RoundTripTime { get; private set; }

    /// <summary>The handshake fails when it is not complete this long after <see cref="Start"/>.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public CounterTable<DtlsCounter> Counters { get; } = new();

    public Deadline NextDeadline => _timers.Next;

    /// <summary>Twice the round trip leaves room for the remote's work.</summary>
    public static TimeSpan TimeoutFor(TimeSpan roundTrip) =>
        TimeSpan.FromTicks(Math.Clamp(2 * roundTrip.Ticks, MinRetransmissionTimeout.Ticks, MaxRetransmissionTimeout.Ticks));

    /// <summary>Begins: a client's ClientHello is ready to be polled; a server's clock runs. Later calls do nothing.</summary>
    public void Start(Instant now)
    {
        if (_isStarted || State != DtlsState.Handshaking) return;
        _isStarted = true;
        _timers.Set(DtlsTimer.Handshake, now + HandshakeTimeout);
        if (_role == DtlsRole.Client) Advance(default, now);
    }

    /// <summary>Takes one datagram of the DTLS range (first byte 20…63, RFC 7983). Malformed and forged ones are counted and dropped.</summary>
    public void HandleDatagram(ReadOnlySpan<byte> datagram, Instant now)
    {
        if (State is DtlsState.Closed or DtlsState.Failed)
        {
            Counters.Increment(DtlsCounter.AfterEnd);
            return;
        }
        if (!IsWellFormed(datagram))
        {
            Counters.Increment(DtlsCounter.Malformed);
            return;
        }
        if (_records is { } records)
        {
            HandleRecords(records, datagram);
            return;
        }
        Start(now);
        var (state, written, received) = (State, _bio.Written, _received.Count);
        Advance(datagram, now);
        Counters.Increment(state == State && written == _bio.Written && received == _received.Count
            ? DtlsCounter.WithoutEffect
            : DtlsCounter.DatagramsAccepted);
    }

    public void HandleTimeout(Instant now)
    {
        while (_timers.TryTakeDue(now, out var timer))
        {
            if (timer == DtlsTimer.Handshake)
            {
                Fail(DtlsFailure.HandshakeTimedOut, null);
                return;
            }
            Counters.Increment(DtlsCounter.FlightsRepeated);
            _flightSentAt = null;
            _bio.Flight.Repeat(_outgoing);
            _timeout = _timeout * 2 < MaxRetransmissionTimeout ? _timeout * 2 : MaxRetransmissionTimeout;
            _timers.Set(DtlsTimer.Retransmit, now + _timeout);
        }
    }

    /// <param name="buffer">Must hold <see cref="MaxDatagramLength"/> bytes.</param>
    public bool TryPollTransmit(Span<byte> buffer, out int length)
    {
        var isPolled = _outgoing.TryDequeue(buffer, out var transmit);
        length = transmit.Length;
        return isPolled;
    }

    /// <summary>
    /// Sends application data as one datagram. False, and nothing is sent, when not connected, when
    /// <see cref="TryPollTransmit"/> has too much waiting, or when it is longer than <see cref="MaxApplicationDataLength"/>.
    /// </summary>
    public bool TrySend(ReadOnlySpan<byte> applicationData)
    {
        if (State != DtlsState.Connected || applicationData.IsEmpty || applicationData.Length > MaxApplicationDataLength) return false;
        if (_records is { } records) return TrySeal(records, ApplicationDataType, applicationData);
        if (_outgoing.Count == QueueLength) return false;
        OpenSsl.ERR_clear_error();
        AllocateBuffers();
        fixed (byte* data = applicationData)
        {
            var result = OpenSsl.SSL_write(_ssl, data, applicationData.Length);
            if (result <= 0) HandleResult(result);
            FreeBuffers();
            return result > 0;
        }
    }

    /// <summary><see cref="TryReceive"/> has something to give.</summary>
    public bool HasReceived => !_received.IsEmpty;

    /// <summary>Takes the application data of one record that was received.</summary>
    /// <param name="buffer">1500 bytes hold any.</param>
    public bool TryReceive(Span<byte> buffer, out int length)
    {
        var isTaken = _received.TryDequeue(buffer, out var transmit);
        length = transmit.Length;
        return isTaken;
    }

    /// <summary>The master keys and salts for <see cref="SrtpSession"/>. (RFC 5764 §4.2)</summary>
    /// <exception cref="InvalidOperationException">Not connected.</exception>
    public SrtpKeys ExportSrtpKeys()
    {
        if (State != DtlsState.Connected) throw new InvalidOperationException($"No keys while {State}.");
        var keyLength = SrtpProfile.KeyLength();
        var saltLength = SrtpProfile.SaltLength();
        var material = _keyingMaterial.AsSpan();
        // The client's key, the server's key, the client's salt, the server's salt.
        var clientKey = material[..keyLength].ToArray();
        var serverKey = material.Slice(keyLength, keyLength).ToArray();
        var clientSalt = material.Slice(2 * keyLength, saltLength).ToArray();
        var serverSalt = material.Slice(2 * keyLength + saltLength, saltLength).ToArray();
        return _role == DtlsRole.Client
            ? new SrtpKeys(clientKey, clientSalt, serverKey, serverSalt)
            : new SrtpKeys(serverKey, serverSalt, clientKey, clientSalt);
    }

    /// <summary>Ends the association; when it was connected, a close_notify is ready to be polled.</summary>
    public void Close(Instant now)
    {
        if (State is DtlsState.Closed or DtlsState.Failed) return;
        if (State == DtlsState.Connected)
        {
            if (_records is null) AllocateBuffers();
            SendCloseNotify();
        }
        End(DtlsState.Closed);
    }

    public void Dispose()
    {
        if (State is DtlsState.Handshaking or DtlsState.Connected) End(DtlsState.Closed);
        _ssl.Dispose();
    }

    /// <summary>Lets OpenSSL read a datagram, or begin when there is none, and takes what comes of it.</summary>
    private void Advance(ReadOnlySpan<byte> datagram, Instant now)
    {
        OpenSsl.ERR_clear_error();
        var (wasIn, written) = (State, _bio.Written);
        if (State == DtlsState.Connected) AllocateBuffers();
        fixed (byte* start = datagram)
        {
            _bio.BeginRead(start, datagram.Length);
            if (State == DtlsState.Handshaking) Handshake();
            if (State == DtlsState.Connected) ReadApplicationData();
            _bio.EndRead();
        }
        if (IsHandshakeOver) TakeOver(datagram);
        if (State == DtlsState.Connected && _records is null) FreeBuffers();
        for (; _bio.Overflow > 0; _bio.Overflow--) Counters.Increment(DtlsCounter.TransmitQueueFull);
        if (State == wasIn && _bio.Written == written) return;
        // A new flight of ours, or the end: the last one was answered.
        if (_flightSentAt is { } sentAt) RoundTripTime = now - sentAt;
        _flightSentAt = now;
        if (State != DtlsState.Handshaking) return;
        if (RoundTripTime is { } roundTrip) RetransmissionTimeout = TimeoutFor(roundTrip);
        _timeout = RetransmissionTimeout;
        _timers.Set(DtlsTimer.Retransmit, now + _timeout);
    }

    private void Handshake()
    {
        var result = OpenSsl.SSL_do_handshake(_ssl);
        if (result != 1)
        {
            HandleResult(result);
            return;
        }
        var profile = OpenSsl.SSL_get_selected_srtp_profile(_ssl);
        SrtpProfile = profile is null ? SrtpProfile.None : (SrtpProfile)profile->Id.Value;
        if (!_bio.IsPeerVerified) Fail(DtlsFailure.FingerprintMismatch, null);
        else if (SrtpProfile == SrtpProfile.None) Fail(DtlsFailure.NoSrtpProfile, null);
        else Connect();
    }

    private void Connect()
    {
        State = DtlsState.Connected;
        _timers.StopAll();
        _keyingMaterial = ExportKeyingMaterial();
        // A server's last flight is not repeated on a deadline: OpenSSL sends it again when the client repeats its own (RFC 6347 §4.2.4).
        _bio.Flight.Release();
    }

    private byte[] ExportKeyingMaterial()
    {
        var material = new byte[2 * (SrtpProfile.KeyLength() + SrtpProfile.SaltLength())];
        var label = "EXTRACTOR-dtls_srtp"u8;
        OpenSsl.ERR_clear_error();
        fixed (byte* output = material)
            if (OpenSsl.SSL_export_keying_material(_ssl, output, (nuint)material.Length, label, (nuint)label.Length, 0, 0, 0) != 1)
                throw OpenSslErrors.ToException("exporter");
        return material;
    }

    private void ReadApplicationData()
    {
        Span<byte> data = stackalloc byte[ReceiveSlotLength];
        while (true)
        {
            int result;
            fixed (byte* buffer = data) result = OpenSsl.SSL_read(_ssl, buffer, ReceiveSlotLength);
            if (result <= 0)
            {
                HandleResult(result);
                return;
            }
            _hasReadData = true;
            if (!_received.TryEnqueue(data[..result], default)) Counters.Increment(DtlsCounter.ReceiveQueueFull);
        }
    }

    /// <summary>
    /// OpenSSL would keep its record buffers, 18 KiB, for a DTLS connection's life; between datagrams nothing is in them. It makes
    /// them by itself only when a handshake begins, so they are asked for before every call that may read or write.
    /// </summary>
    private void AllocateBuffers()
    {
        if (OpenSsl.SSL_alloc_buffers(_ssl) != 1) throw new InsufficientMemoryException("OpenSSL has no memory for its buffers.");
    }

    private void FreeBuffers() => _ = OpenSsl.SSL_free_buffers(_ssl);

    private void HandleResult(int result)
    {
        switch (OpenSsl.SSL_get_error(_ssl, result))
        {
            case OpenSsl.ErrorWantRead:
                break;
            case OpenSsl.ErrorZeroReturn:
                SendCloseNotify();
                End(DtlsState.Closed);
                break;
            default:
                var detail = OpenSslErrors.Drain(out var isAlert);
                Fail(_bio.IsPeerRefused ? DtlsFailure.FingerprintMismatch : isAlert ? DtlsFailure.AlertReceived : DtlsFailure.ProtocolError, detail);
                break;
        }
    }

    private void SendCloseNotify()
    {
        if (_records is { } records)
        {
            TrySeal(records, AlertType, [WarningLevel, CloseNotify]);
            return;
        }
        OpenSsl.ERR_clear_error();
        _ = OpenSsl.SSL_shutdown(_ssl);
        OpenSsl.ERR_clear_error();
    }

    private void Fail(DtlsFailure reason, string? detail)
    {
        FailureReason = reason;
        FailureDetail = detail;
        End(DtlsState.Failed);
    }

    private void End(DtlsState state)
    {
        State = state;
        _timers.StopAll();
        _bio.Flight.Release();
        _records?.Dispose();
        CryptographicOperations.ZeroMemory(_keyingMaterial);
    }

    /// <summary>
    /// Only whole records of DTLS 1.0 to 1.2 (RFC 6347 §4.1), and protected ones only as long as their cipher makes them: a
    /// shorter one, which anybody can forge, is to be discarded (§4.1.2.7) but ends the association in OpenSSL 3.0.
    /// </summary>
    private bool IsWellFormed(ReadOnlySpan<byte> datagram)
    {
        if (datagram.IsEmpty) return false;
        while (!datagram.IsEmpty)
        {
            if (datagram.Length < RecordHeaderLength) return false;
            if (datagram[0] is < 20 or > 23 || datagram[1] != 0xFE || datagram[2] is not (0xFD or 0xFF)) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            if (datagram.Length - RecordHeaderLength < length) return false;
            var epoch = BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]);
            if (epoch > 0 && length < GcmExpansion && (length < ChaChaExpansion || !IsChaCha())) return false;
            datagram = datagram[(RecordHeaderLength + length)..];
        }
        return true;
    }

    private bool IsChaCha()
    {
        if (_records is not null) return false;
        var cipher = OpenSsl.SSL_get_current_cipher(_ssl);
        return cipher != 0 && (ushort)OpenSsl.SSL_CIPHER_get_id(cipher) is 0xCCA8 or 0xCCA9 /* TLS_ECDHE_(RSA|ECDSA)_WITH_CHACHA20_POLY1305_SHA256 */;
    }
}
