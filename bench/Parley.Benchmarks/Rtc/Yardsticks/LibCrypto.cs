using System.Runtime.InteropServices;

namespace Parley.Benchmarks.Rtc.Yardsticks;

/// <summary>
/// The functions of OpenSSL 3's libcrypto that the yardsticks use, under their own names. Those called for each packet are entered
/// without the runtime's transition, as cheaply as from C.
/// </summary>
internal static unsafe partial class LibCrypto
{
    public const int GetTag = 0x10; // EVP_CTRL_AEAD_GET_TAG
    public const int SetTag = 0x11; // EVP_CTRL_AEAD_SET_TAG

    private const string Library = "libcrypto.so.3";

    [LibraryImport(Library)]
    public static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial nint EVP_aes_128_gcm();

    [LibraryImport(Library)]
    public static partial nint EVP_aes_256_gcm();

    [LibraryImport(Library)]
    public static partial nint EVP_aes_128_ctr();

    [LibraryImport(Library)]
    public static partial nint EVP_sha1();

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int isEncrypting);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int EVP_CipherUpdate(nint context, byte* output, out int outputLength, byte* input, int inputLength);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int EVP_CipherFinal_ex(nint context, byte* output, out int outputLength);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int type, int argument, byte* pointer);

    [LibraryImport(Library)]
    public static partial nint HMAC_CTX_new();

    [LibraryImport(Library)]
    public static partial void HMAC_CTX_free(nint context);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int HMAC_Init_ex(nint context, byte* key, int keyLength, nint digest, nint engine);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int HMAC_Update(nint context, byte* data, nuint length);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int HMAC_Final(nint context, byte* hash, out uint length);
}
