using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Rtc.Dtls;

/// <summary>
/// The wire as OpenSSL sees it: a BIO that reads the datagram at hand and writes datagrams to a queue, keeping their
/// boundaries. It also answers OpenSSL's timer, in such a way that it never depends on OpenSSL's clock: see
/// <see cref="AnswerTimer"/>.
/// </summary>
internal sealed unsafe class DatagramBio
{
    private const int ControlFlush = 11;
    private const int ControlDatagramQueryMtu = 40;
    private const int ControlDatagramGetMtu = 41;
    private const int ControlDatagramGetFallbackMtu = 47;
    private const int TypeSourceSink = 0x0400;
    private const int FlagsRetryRead = 0x01 | 0x08; // BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY
    private const int FlagsRetry = 0x07 | 0x08; // BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY
    private const uint OneHour = 3_600_000_000; // µs
    private const uint AtOnce = 1; // µs; OpenSSL takes anything under 15 ms for over

    private static readonly nint Method = CreateMethod();

    private readonly DtlsFingerprint _expected;
    private readonly int _mtu;
    private readonly DatagramQueue _outgoing;
    private readonly CounterTable<DtlsCounter> _counters;
    private byte* _incoming;
    private int _incomingLength;
    private bool _isCopying;

    private DatagramBio(DtlsFingerprint expected, int mtu, DatagramQueue outgoing, CounterTable<DtlsCounter> counters)
    {
        _expected = expected;
        _mtu = mtu;
        _outgoing = outgoing;
        _counters = counters;
    }

    public DtlsFlight Flight { get; } = new();

    /// <summary>The peer's certificate was seen, and is the expected one.</summary>
    public bool IsPeerVerified { get; private set; }

    /// <summary>The peer's certificate was seen, and is another.</summary>
    public bool IsPeerRefused { get; private set; }

    /// <summary>Datagrams written for the wire, queued or not.</summary>
    public long Written { get; private set; }

    /// <summary>Number and explicit nonce of the last protected record written; null before there was one.</summary>
    public (ulong Sequence, ulong Nonce)? LastProtected { get; private set; }

    /// <summary>Makes the managed and the native side and gives the native one to <paramref name="ssl"/>.</summary>
    public static DatagramBio Attach(
        SslHandle ssl, DtlsFingerprint expected, int mtu, DatagramQueue outgoing, CounterTable<DtlsCounter> counters)
    {
        var bio = new DatagramBio(expected, mtu, outgoing, counters);
        var self = GCHandle.Alloc(bio);
        ssl.Own(self);
        var native = OpenSsl.BIO_new(Method);
        if (native == 0) throw OpenSslErrors.ToException("no BIO");
        OpenSsl.BIO_set_data(native, GCHandle.ToIntPtr(self));
        OpenSsl.SSL_set_bio(ssl, native, native);
        OpenSsl.DTLS_set_timer_cb(ssl, &AnswerTimer);
        return bio;
    }

    /// <summary>Shows one datagram to OpenSSL until <see cref="EndRead"/>; the memory must stay where it is.</summary>
    public void BeginRead(byte* datagram, int length)
    {
        _incoming = datagram;
        _incomingLength = length;
        _isCopying = false;
    }

    public void EndRead() => _incomingLength = 0;

    /// <summary>
    /// Replaces the verification of a certificate chain by a comparison of fingerprints. Refusing here makes OpenSSL tell
    /// the peer by an alert.
    /// </summary>
    [UnmanagedCallersOnly]
    public static int VerifyCertificate(nint store, nint argument)
    {
        var bio = Of(OpenSsl.SSL_get_rbio(OpenSsl.X509_STORE_CTX_get_ex_data(store, OpenSsl.SSL_get_ex_data_X509_STORE_CTX_idx())));
        var isExpected = bio.Matches(OpenSsl.X509_STORE_CTX_get0_cert(store));
        bio.IsPeerVerified = isExpected;
        bio.IsPeerRefused = !isExpected;
        if (!isExpected) OpenSsl.X509_STORE_CTX_set_error(store, OpenSsl.CertificateRejected);
        return isExpected ? 1 : 0;
    }

    /// <summary>
    /// OpenSSL asks with 0 when a flight begins, and then at each time-out, before it writes the flight again under new record
    /// numbers. It measures time with the machine's clock, so its time-outs are used for another purpose: the first ones are
    /// answered "at once", which makes it write copies of the flight there and then; these are kept for our own deadlines.
    /// When there are enough the answer is an hour, longer than any handshake lives.
    /// </summary>
    [UnmanagedCallersOnly]
    private static uint AnswerTimer(nint ssl, uint microseconds)
    {
        var bio = Of(OpenSsl.SSL_get_rbio(ssl));
        if (microseconds == 0)
        {
            bio.Flight.Clear();
            bio._isCopying = false;
            return AtOnce;
        }
        bio._isCopying = true;
        bio.Flight.BeginCopy();
        return bio.Flight.IsComplete(hasFinished: bio.LastProtected is not null) ? OneHour : AtOnce;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint native, byte* data, int length)
    {
        OpenSsl.BIO_clear_flags(native, FlagsRetry);
        if (length <= 0) return 0;
        var bio = Of(native);
        var datagram = new ReadOnlySpan<byte>(data, length);
        bio.Note(datagram);
        if (bio._isCopying)
        {
            bio.Flight.Append(datagram, bio._mtu);
            return length;
        }
        bio.Written++;
        // A full queue loses the datagram, as a full socket buffer would.
        if (!bio._outgoing.TryEnqueue(datagram, default)) bio._counters.Increment(DtlsCounter.TransmitQueueFull);
        return length;
    }

    [UnmanagedCallersOnly]
    private static int Read(nint native, byte* buffer, int length)
    {
        OpenSsl.BIO_clear_flags(native, FlagsRetry);
        var bio = Of(native);
        if (bio._incomingLength == 0)
        {
            OpenSsl.BIO_set_flags(native, FlagsRetryRead);
            return -1;
        }
        var take = Math.Min(length, bio._incomingLength);
        new ReadOnlySpan<byte>(bio._incoming, take).CopyTo(new Span<byte>(buffer, take));
        bio._incomingLength = 0;
        return take;
    }

    [UnmanagedCallersOnly]
    private static nint Control(nint native, int command, nint number, nint pointer) => command switch
    {
        ControlFlush => 1,
        ControlDatagramQueryMtu or ControlDatagramGetMtu or ControlDatagramGetFallbackMtu => Of(native)._mtu,
        _ => 0,
    };

    [UnmanagedCallersOnly]
    private static int Initialise(nint native)
    {
        OpenSsl.BIO_set_init(native, 1);
        return 1;
    }

    private static DatagramBio Of(nint native) => (DatagramBio)GCHandle.FromIntPtr(OpenSsl.BIO_get_data(native)).Target!;

    /// <summary>Looks for protected records. OpenSSL numbers them upwards, copies of a flight included.</summary>
    private void Note(ReadOnlySpan<byte> records)
    {
        while (records.Length > DtlsRecords.HeaderLength)
        {
            var end = DtlsRecords.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(records[11..]);
            if (end > records.Length) return;
            var number = BinaryPrimitives.ReadUInt64BigEndian(records[3..]);
            if (number >> 48 != 0 && end >= DtlsRecords.Expansion)
                LastProtected = (number & 0xFFFF_FFFF_FFFF, BinaryPrimitives.ReadUInt64BigEndian(records[DtlsRecords.HeaderLength..]));
            records = records[end..];
        }
    }

    private static nint CreateMethod()
    {
        // One for the life of the process.
        var method = OpenSsl.BIO_meth_new(OpenSsl.BIO_get_new_index() | TypeSourceSink, "datagram\0"u8);
        _ = OpenSsl.BIO_meth_set_write(method, &Write);
        _ = OpenSsl.BIO_meth_set_read(method, &Read);
        _ = OpenSsl.BIO_meth_set_ctrl(method, &Control);
        _ = OpenSsl.BIO_meth_set_create(method, &Initialise);
        return method;
    }

    private bool Matches(nint certificate)
    {
        if (certificate == 0) return false;
        var length = OpenSsl.i2d_X509(certificate, null);
        if (length <= 0) return false;
        var der = new byte[length];
        fixed (byte* start = der)
        {
            var end = start;
            return OpenSsl.i2d_X509(certificate, &end) == length && _expected.Matches(der);
        }
    }
}
