using Parley.Rtc.Srtp;

namespace Parley.Rtc.Dtls;

/// <summary>
/// An association as OpenSSL conducts it: the handshake, and what follows until its keys are taken over. It has no clock and decides
/// nothing: its calls tell how the association is to end, if it is.
/// </summary>
internal sealed unsafe class OpenSslConnection : IDisposable
{
    private readonly SslHandle _ssl;
    private readonly DatagramBio _bio;
    private readonly bool _isClient;
    private readonly DatagramQueue _received;
    private readonly CounterTable<DtlsCounter> _counters;
    private bool _hasReadData;

    public OpenSslConnection(
        DtlsCertificate certificate, bool isClient, DtlsFingerprint expectedRemote, int mtu, DatagramQueue outgoing, DatagramQueue received,
        CounterTable<DtlsCounter> counters)
    {
        _isClient = isClient;
        _received = received;
        _counters = counters;
        OpenSsl.ERR_clear_error();
        _ssl = OpenSsl.SSL_new(certificate.Context);
        _ssl.ThrowIfInvalid("no endpoint");
        _bio = DatagramBio.Attach(_ssl, expectedRemote, mtu, outgoing, counters);
        _ = OpenSsl.SSL_ctrl(_ssl, OpenSsl.CtrlSetMtu, mtu, 0);
        if (isClient) OpenSsl.SSL_set_connect_state(_ssl);
        else OpenSsl.SSL_set_accept_state(_ssl);
    }

    /// <summary>The flight that was sent last, to be repeated while it is not answered.</summary>
    public DtlsFlight Flight => _bio.Flight;

    /// <summary>Datagrams written for the wire, queued or not.</summary>
    public long Written => _bio.Written;

    /// <summary>The handshake is complete, and the peer is the expected one.</summary>
    public bool IsConnected { get; private set; }

    public SrtpProfile SrtpProfile { get; private set; }

    /// <summary>The keys and salts for SRTP; empty before <see cref="IsConnected"/>. (RFC 5764 §4.2)</summary>
    public byte[] KeyingMaterial { get; private set; } = [];

    /// <summary>
    /// A client knows that the server is done, for the server's Finished is the last flight. A server may have to repeat that flight, which
    /// only OpenSSL can, until data shows that the client has it. (RFC 6347 §4.2.4)
    /// </summary>
    public bool IsHandshakeOver => IsConnected && (_isClient || _hasReadData);

    /// <summary>The agreed cipher is ChaCha20-Poly1305.</summary>
    public bool UsesChaCha
    {
        get
        {
            var cipher = OpenSsl.SSL_get_current_cipher(_ssl);
            // TLS_ECDHE_(RSA|ECDSA)_WITH_CHACHA20_POLY1305_SHA256
            return cipher != 0 && (ushort)OpenSsl.SSL_CIPHER_get_id(cipher) is 0xCCA8 or 0xCCA9;
        }
    }

    /// <summary>Lets OpenSSL read a datagram, or begin when there is none, and takes what comes of it.</summary>
    public DtlsEnd? Advance(ReadOnlySpan<byte> datagram)
    {
        OpenSsl.ERR_clear_error();
        if (IsConnected) AllocateBuffers();
        DtlsEnd? end = null;
        fixed (byte* start = datagram)
        {
            _bio.BeginRead(start, datagram.Length);
            if (!IsConnected) end = Handshake();
            if (IsConnected) end = ReadApplicationData();
            _bio.EndRead();
        }
        if (IsConnected && end is null) FreeBuffers();
        return end;
    }

    /// <summary>Sends application data as one datagram. False: it could not, and why may be in <paramref name="end"/>.</summary>
    public bool TrySend(ReadOnlySpan<byte> applicationData, out DtlsEnd? end)
    {
        OpenSsl.ERR_clear_error();
        AllocateBuffers();
        fixed (byte* data = applicationData)
        {
            var result = OpenSsl.SSL_write(_ssl, data, applicationData.Length);
            end = result <= 0 ? EndOf(result) : null;
            FreeBuffers();
            return result > 0;
        }
    }

    public void SendCloseNotify()
    {
        OpenSsl.ERR_clear_error();
        AllocateBuffers();
        _ = OpenSsl.SSL_shutdown(_ssl);
        OpenSsl.ERR_clear_error();
    }

    /// <summary>Hands the association over, with its keys, and is not to be used any more; null when its cipher is not one of ours.</summary>
    public DtlsRecords? TryTakeRecords()
    {
        if (_bio.LastProtected is not { } last) return null;
        var records = DtlsRecords.TryTake(_ssl, _isClient, last.Sequence, last.Nonce);
        if (records is not null) _ssl.Dispose();
        return records;
    }

    public void Dispose() => _ssl.Dispose();

    private DtlsEnd? Handshake()
    {
        var result = OpenSsl.SSL_do_handshake(_ssl);
        if (result != 1) return EndOf(result);
        var profile = OpenSsl.SSL_get_selected_srtp_profile(_ssl);
        SrtpProfile = profile is null ? SrtpProfile.None : (SrtpProfile)profile->Id.Value;
        if (!_bio.IsPeerVerified) return new(DtlsFailure.FingerprintMismatch);
        if (SrtpProfile == SrtpProfile.None) return new(DtlsFailure.NoSrtpProfile);
        KeyingMaterial = ExportKeyingMaterial();
        IsConnected = true;
        // A server's last flight is not repeated on a deadline: OpenSSL sends it again when the client repeats its own (RFC 6347 §4.2.4).
        _bio.Flight.Release();
        return null;
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

    private DtlsEnd? ReadApplicationData()
    {
        Span<byte> data = stackalloc byte[DtlsRecordLayer.MaxRecordLength];
        while (true)
        {
            int result;
            fixed (byte* buffer = data) result = OpenSsl.SSL_read(_ssl, buffer, data.Length);
            if (result <= 0) return EndOf(result);
            _hasReadData = true;
            if (!_received.TryEnqueue(data[..result], default)) _counters.Increment(DtlsCounter.ReceiveQueueFull);
        }
    }

    private DtlsEnd? EndOf(int result)
    {
        switch (OpenSsl.SSL_get_error(_ssl, result))
        {
            case OpenSsl.ErrorWantRead:
                return null;
            case OpenSsl.ErrorZeroReturn:
                return DtlsEnd.ClosedByPeer;
            default:
                var detail = OpenSslErrors.Drain(out var isAlert);
                if (_bio.IsPeerRefused) return new(DtlsFailure.FingerprintMismatch, detail);
                return new(isAlert ? DtlsFailure.AlertReceived : DtlsFailure.ProtocolError, detail);
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
}
