using System.Runtime.InteropServices;

namespace Parley.Benchmarks.Rtc.Yardsticks;

/// <summary>The functions of OpenSSL 3's libssl that the yardsticks use, under their own names.</summary>
internal static unsafe partial class LibSsl
{
    public const int CtrlSetMtu = 17;
    public const int CtrlSetGroupsList = 92;
    public const int CtrlSetSessionCacheMode = 44;
    public const int CtrlSetMaxProtocolVersion = 124;
    public const int Dtls12Version = 0xFEFD;
    public const int BioCtrlSetMemEofReturn = 130;
    public const int KeyTypeEc = 408;
    public const int VerifyPeerAndFailWithout = 3;
    public const ulong NoQueryMtuAndNoTicket = (1UL << 12) | (1UL << 14);

    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    [LibraryImport(Ssl)]
    public static partial nint DTLS_method();

    [LibraryImport(Ssl)]
    public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Ssl)]
    public static partial long SSL_CTX_ctrl(nint context, int command, long number, void* pointer);

    [LibraryImport(Ssl)]
    public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_set_cipher_list(nint context, ReadOnlySpan<byte> list);

    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_use_certificate_ASN1(nint context, int length, ReadOnlySpan<byte> der);

    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_use_PrivateKey_ASN1(int type, nint context, ReadOnlySpan<byte> der, nint length);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_set_cert_verify_callback(nint context, delegate* unmanaged<nint, nint, int> callback, nint argument);

    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_set_tlsext_use_srtp(nint context, ReadOnlySpan<byte> profiles);

    [LibraryImport(Ssl)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Ssl)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Ssl)]
    public static partial long SSL_ctrl(nint ssl, int command, long number, nint pointer);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_bio(nint ssl, nint read, nint write);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Ssl)]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Ssl)]
    public static partial int SSL_export_keying_material(
        nint ssl, byte* output, nuint length, ReadOnlySpan<byte> label, nuint labelLength, nint context, nuint contextLength, int useContext);

    [LibraryImport(Crypto)]
    public static partial nint BIO_s_mem();

    [LibraryImport(Crypto)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Crypto)]
    public static partial int BIO_up_ref(nint bio);

    [LibraryImport(Crypto)]
    public static partial long BIO_ctrl(nint bio, int command, long number, nint pointer);

    [LibraryImport(Crypto)]
    public static partial void ERR_clear_error();
}
