using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Rtc.Srtp;

namespace Parley.Rtc.Dtls;

/// <summary>
/// One side of a DTLS 1.2 association (RFC 6347) with mutual certificates, as WebRTC uses it: its keys protect SRTP (RFC 5764),
/// its application data carries SCTP (RFC 8261). Bytes come and go by the calls below, time is an argument, and lost flights are
/// repeated on our own deadlines. Not thread-safe; each call must be followed by <see cref="TryPollTransmit"/> until it gives nothing.
/// </summary>
public sealed class DtlsEndpoint : IDisposable
{
    /// <summary>No datagram is longer, in bytes.</summary>
    public const int MaxDatagramLength = 1200;

    /// <summary>
    /// The longest application data that fits one datagram whatever the cipher, in bytes: 13 of record header, 8 of explicit nonce
    /// and 16 of tag leave 1163, rounded down.
    /// </summary>
    public const int MaxApplicationDataLength = 1150;

    private const int GcmExpansion = 8 + 16; // explicit nonce and tag (RFC 5288 §3)
    private const int ChaChaExpansion = 16; // tag (RFC 7905 §2)
    private const int QueueLength = 64;

    private static readonly TimeSpan MinRetransmissionTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxRetransmissionTimeout = TimeSpan.FromSeconds(1);

    private readonly OpenSslConnection _openSsl;
    private readonly DtlsRole _role;
    private readonly DatagramQueue _outgoing;
    private readonly DatagramQueue _received = new(QueueLength, DtlsRecordLayer.MaxRecordLength);
    private readonly TimerTable<DtlsTimer> _timers = new("dtls");
    private TimeSpan _timeout;
    private Instant? _flightSentAt;
    private bool _isStarted;

    /// <summary>Once the handshake is over it takes OpenSSL's place, unless the cipher is one that only OpenSSL has.</summary>
    private DtlsRecordLayer? _records;

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
        _outgoing = new DatagramQueue(QueueLength, mtu);
        _openSsl = new OpenSslConnection(certificate, role == DtlsRole.Client, expectedRemote, mtu, _outgoing, _received, Counters);
    }

    public DtlsState State { get; private set; } = DtlsState.Handshaking;

    public DtlsFailure FailureReason { get; private set; }

    /// <summary>What OpenSSL says about a failure: one of its constant texts, fit for logs. Null when it says nothing.</summary>
    public string? FailureDetail { get; private set; }

    /// <summary>The agreed profile; <see cref="SrtpProfile.None"/> before <see cref="DtlsState.Connected"/>.</summary>
    public SrtpProfile SrtpProfile => _openSsl.SrtpProfile;

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

    private bool UsesChaCha => _records is null && _openSsl.UsesChaCha;

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
            EndIf(records.Handle(datagram));
            return;
        }
        Start(now);
        var (state, written, received) = (State, _openSsl.Written, _received.Count);
        Advance(datagram, now);
        Counters.Increment(state == State && written == _openSsl.Written && received == _received.Count
            ? DtlsCounter.WithoutEffect
            : DtlsCounter.DatagramsAccepted);
    }

    public void HandleTimeout(Instant now)
    {
        while (_timers.TryTakeDue(now, out var timer))
        {
            if (timer == DtlsTimer.Handshake)
            {
                EndIf(new DtlsEnd(DtlsFailure.HandshakeTimedOut));
                return;
            }
            Counters.Increment(DtlsCounter.FlightsRepeated);
            _flightSentAt = null;
            _openSsl.Flight.Repeat(_outgoing);
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
        if (_records is { } records) return records.TrySend(applicationData);
        if (_outgoing.Count == QueueLength) return false;
        var isSent = _openSsl.TrySend(applicationData, out var end);
        EndIf(end);
        return isSent;
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
        var material = _openSsl.KeyingMaterial.AsSpan();
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
        if (State == DtlsState.Connected) SendCloseNotify();
        End(DtlsState.Closed);
    }

    public void Dispose()
    {
        if (State is DtlsState.Handshaking or DtlsState.Connected) End(DtlsState.Closed);
        _openSsl.Dispose();
    }

    /// <summary>Lets OpenSSL read a datagram, or begin when there is none, and takes what comes of it.</summary>
    private void Advance(ReadOnlySpan<byte> datagram, Instant now)
    {
        var (wasIn, written) = (State, _openSsl.Written);
        var end = _openSsl.Advance(datagram);
        if (State == DtlsState.Handshaking && _openSsl.IsConnected)
        {
            State = DtlsState.Connected;
            _timers.StopAll();
        }
        EndIf(end);
        if (State == DtlsState.Connected && _openSsl.IsHandshakeOver) TakeOver(datagram);
        if (State == wasIn && _openSsl.Written == written) return;
        // A new flight of ours, or the end: the last one was answered.
        if (_flightSentAt is { } sentAt) RoundTripTime = now - sentAt;
        _flightSentAt = now;
        if (State != DtlsState.Handshaking) return;
        if (RoundTripTime is { } roundTrip) RetransmissionTimeout = TimeoutFor(roundTrip);
        _timeout = RetransmissionTimeout;
        _timers.Set(DtlsTimer.Retransmit, now + _timeout);
    }

    /// <param name="datagram">The last that OpenSSL read, and took.</param>
    private void TakeOver(ReadOnlySpan<byte> datagram)
    {
        if (_openSsl.TryTakeRecords() is not { } records) return;
        _records = new DtlsRecordLayer(records, _outgoing, _received, Counters);
        _records.MarkReceived(datagram);
    }

    private void SendCloseNotify()
    {
        if (_records is { } records) records.SendCloseNotify();
        else _openSsl.SendCloseNotify();
    }

    private void EndIf(DtlsEnd? end)
    {
        if (end is not var (failure, detail)) return;
        if (failure == DtlsFailure.None)
        {
            SendCloseNotify();
            End(DtlsState.Closed);
            return;
        }
        (FailureReason, FailureDetail) = (failure, detail);
        End(DtlsState.Failed);
    }

    private void End(DtlsState state)
    {
        State = state;
        _timers.StopAll();
        _openSsl.Flight.Release();
        _records?.Dispose();
        CryptographicOperations.ZeroMemory(_openSsl.KeyingMaterial);
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
            if (datagram.Length < DtlsRecords.HeaderLength) return false;
            if (datagram[0] is < 20 or > 23 || datagram[1] != 0xFE || datagram[2] is not (0xFD or 0xFF)) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            if (datagram.Length - DtlsRecords.HeaderLength < length) return false;
            var epoch = BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]);
            if (epoch > 0 && length < GcmExpansion && (length < ChaChaExpansion || !UsesChaCha)) return false;
            datagram = datagram[(DtlsRecords.HeaderLength + length)..];
        }
        return true;
    }
}
