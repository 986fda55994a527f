using System.Buffers.Binary;

namespace Parley.Rtc.Dtls;

/// <summary>The connection after the handshake: its records are protected and opened here, and OpenSSL's side is freed.</summary>
public sealed unsafe partial class DtlsEndpoint
{
    private const byte AlertType = 21;
    private const byte ApplicationDataType = 23;
    private const byte WarningLevel = 1;
    private const byte FatalLevel = 2;
    private const byte CloseNotify = 0;

    private DtlsRecords? _records;
    private bool _hasReadData;

    /// <summary>
    /// A client knows that the server is done, for the server's Finished is the last flight. A server may have to repeat that flight, which
    /// only OpenSSL can, until data shows that the client has it. (RFC 6347 §4.2.4)
    /// </summary>
    private bool IsHandshakeOver => State == DtlsState.Connected && (_role == DtlsRole.Client || _hasReadData);

    /// <param name="datagram">The last that OpenSSL read, and took.</param>
    private void TakeOver(ReadOnlySpan<byte> datagram)
    {
        if (_bio.LastProtected is not { } last) return;
        _records = DtlsRecords.TryTake(_ssl, _role == DtlsRole.Client, last.Sequence, last.Nonce);
        if (_records is null) return;
        _ssl.Dispose();
        // Of what OpenSSL read earlier a copy may be accepted once more; SCTP knows its own duplicates.
        if (datagram.Length == RecordHeaderLength + BinaryPrimitives.ReadUInt16BigEndian(datagram[11..])) _records.MarkReceived(datagram);
    }

    private void HandleRecords(DtlsRecords records, ReadOnlySpan<byte> datagram)
    {
        Span<byte> content = stackalloc byte[ReceiveSlotLength];
        var hadEffect = false;
        while (!datagram.IsEmpty && State == DtlsState.Connected)
        {
            var length = RecordHeaderLength + BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            var record = datagram[..length];
            datagram = datagram[length..];
            // Repeated handshake records, of either epoch, have nothing to say any more.
            if (length > ReceiveSlotLength || record[0] is not (ApplicationDataType or AlertType)) continue;
            if (!records.TryOpen(record, content, out var contentLength)) continue;
            hadEffect = true;
            if (record[0] == AlertType) HandleAlert(content[..contentLength]);
            else if (contentLength > 0 && !_received.TryEnqueue(content[..contentLength], default)) Counters.Increment(DtlsCounter.ReceiveQueueFull);
        }
        Counters.Increment(hadEffect ? DtlsCounter.DatagramsAccepted : DtlsCounter.WithoutEffect);
    }

    /// <summary>(RFC 5246 §7.2)</summary>
    private void HandleAlert(ReadOnlySpan<byte> alert)
    {
        if (alert.Length != 2) return;
        if (alert[1] == CloseNotify)
        {
            SendCloseNotify();
            End(DtlsState.Closed);
        }
        else if (alert[0] == FatalLevel) Fail(DtlsFailure.AlertReceived, $"alert {alert[1]}");
    }

    private bool TrySeal(DtlsRecords records, byte contentType, ReadOnlySpan<byte> content)
    {
        var slot = _outgoing.Reserve();
        if (slot.Length < DtlsRecords.Expansion + content.Length) return false;
        _outgoing.Commit(records.Seal(contentType, content, slot), default);
        return true;
    }
}
