using System.Buffers.Binary;

namespace Parley.Rtc.Dtls;

/// <summary>An association after the handshake, without OpenSSL: datagrams of protected records in and out.</summary>
internal sealed class DtlsRecordLayer(
    DtlsRecords records, DatagramQueue outgoing, DatagramQueue received, CounterTable<DtlsCounter> counters) : IDisposable
{
    /// <summary>No record that is taken is longer, in bytes: it came in a datagram of an Ethernet frame.</summary>
    public const int MaxRecordLength = 1500;

    private const byte AlertType = 21;
    private const byte ApplicationDataType = 23;
    private const byte WarningLevel = 1;
    private const byte FatalLevel = 2;
    private const byte CloseNotify = 0;

    /// <summary>Takes a datagram of whole records; how the association is to end, if it is.</summary>
    public DtlsEnd? Handle(ReadOnlySpan<byte> datagram)
    {
        Span<byte> content = stackalloc byte[MaxRecordLength];
        DtlsEnd? end = null;
        var hadEffect = false;
        while (!datagram.IsEmpty && end is null)
        {
            var length = LengthOfFirst(datagram);
            var record = datagram[..length];
            datagram = datagram[length..];
            // Repeated handshake records, of either epoch, have nothing to say any more.
            if (length > MaxRecordLength || record[0] is not (ApplicationDataType or AlertType)) continue;
            if (!records.TryOpen(record, content, out var contentLength)) continue;
            hadEffect = true;
            if (record[0] == AlertType)
                end = EndOf(content[..contentLength]);
            else if (contentLength > 0 && !received.TryEnqueue(content[..contentLength], default))
                counters.Increment(DtlsCounter.ReceiveQueueFull);
        }
        counters.Increment(hadEffect ? DtlsCounter.DatagramsAccepted : DtlsCounter.WithoutEffect);
        return end;
    }

    /// <summary>Counts the record of a datagram as received that OpenSSL took last.</summary>
    public void MarkReceived(ReadOnlySpan<byte> datagram)
    {
        // Of what it read earlier a copy may be accepted once more; SCTP knows its own duplicates.
        if (datagram.Length == LengthOfFirst(datagram)) records.MarkReceived(datagram);
    }

    /// <summary>False when too much waits to be sent.</summary>
    public bool TrySend(ReadOnlySpan<byte> applicationData) => TrySeal(ApplicationDataType, applicationData);

    public void SendCloseNotify() => TrySeal(AlertType, [WarningLevel, CloseNotify]);

    public void Dispose() => records.Dispose();

    /// <summary>(RFC 5246 §7.2)</summary>
    private static DtlsEnd? EndOf(ReadOnlySpan<byte> alert)
    {
        if (alert.Length != 2) return null;
        if (alert[1] == CloseNotify) return DtlsEnd.ClosedByPeer;
        return alert[0] == FatalLevel ? new(DtlsFailure.AlertReceived, $"alert {alert[1]}") : null;
    }

    private static int LengthOfFirst(ReadOnlySpan<byte> datagram) =>
        DtlsRecords.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);

    private bool TrySeal(byte contentType, ReadOnlySpan<byte> content)
    {
        var slot = outgoing.Reserve();
        if (slot.Length < DtlsRecords.Expansion + content.Length) return false;
        outgoing.Commit(records.Seal(contentType, content, slot), default);
        return true;
    }
}
